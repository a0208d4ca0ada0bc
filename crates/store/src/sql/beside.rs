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
    ADD_ATTACHMENT = (
        "insert into attachment (digest, size, media_type, name, uploaded_by, uploaded_at) \
         values ($1, $2, $3, $4, $5, $6) on conflict (digest) do nothing"
    );
    ATTACHMENTS = (
        "select digest, size, media_type, name, uploaded_by, uploaded_at from attachment \
         where digest in " [digests 1] " order by digest"
    );
}
