//! What lives beside the log: drafts, and what is known of attachments.

use crate::dialect::statements;

statements! {
    DRAFT = (
        "select version, body, updated_by, updated_at from draft \
         where product = $1 and deliverable = $2"
    );
    ADD_DRAFT = (
        "insert into draft (product, deliverable, version, body, updated_by, updated_at) \
         values ($1, $2, 1, $3, $4, $5) on conflict (product, deliverable) do nothing"
    );
    CHANGE_DRAFT = (
        "update draft set version = version + 1, body = $3, updated_by = $4, updated_at = $5 \
         where product = $1 and deliverable = $2 and version = $6"
    );
    DELETE_DRAFT = ("delete from draft where product = $1 and deliverable = $2");
    ADD_VIEW_KEY = (
        "insert into saved_view_key (actor, key, fingerprint, answer, at) \
         values ($1, $2, $3, $4, $5) on conflict (actor, key) do nothing"
    );
    VIEW_KEY = ("select fingerprint, answer from saved_view_key where actor = $1 and key = $2");
    ADD_VIEW = (
        "insert into saved_view \
             (id, owner, name, name_key, portfolio, body, version, created_at, updated_at) \
         values ($1, $2, $3, $4, $5, $6, 1, $7, $7)"
    );
    CHANGE_VIEW = (
        "update saved_view set version = version + 1, name = $2, name_key = $3, portfolio = $4, \
             body = $5, updated_at = $6 \
         where id = $1 and version = $7"
    );
    DELETE_VIEW = ("delete from saved_view where id = $1 and version = $2");
    VIEW = (
        "select id, owner, name, portfolio, body, version, created_at, updated_at from saved_view \
         where id = $1"
    );
    VIEWS_OF = (
        "select id, owner, name, portfolio, body, version, created_at, updated_at from saved_view \
         where owner = $1 order by name_key, id limit $2"
    );
    VIEWS_SHARED = (
        "select id, owner, name, portfolio, body, version, created_at, updated_at from saved_view \
         where portfolio = $1 order by name_key, id limit $2"
    );
    ADD_ATTACHMENT = (
        "insert into attachment (digest, size, media_type, name, uploaded_by, uploaded_at) \
         values ($1, $2, $3, $4, $5, $6) on conflict (digest) do nothing"
    );
    ATTACHMENTS = (
        "select digest, size, media_type, name, uploaded_by, uploaded_at from attachment \
         where digest in " [digests 1] " order by digest"
    );
}
