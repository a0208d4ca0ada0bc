//! People, tokens, workflows and contents.

use crate::dialect::statements;

statements! {
    DIRECTORY_VERSION = ("select version from directory_head where id = 1");
    PEOPLE = (
        "select p.id, p.kind, p.active, p.profile, c.body from person p \
         left join content c on c.digest = p.profile order by p.id"
    );
    SOME_PEOPLE = (
        "select p.id, p.kind, p.active, p.profile, c.body from person p \
         left join content c on c.digest = p.profile where p.id in " [list 1] " order by p.id"
    );
    LIVE_TOKEN = (
        "select t.id, t.person, t.label, t.expires_at, t.last_used_at from token t \
         join person p on p.id = t.person \
         where t.hash = $1 and t.revoked = 0 and t.expires_at > $2 and p.active = 1"
    );
    /// Only when the last use is older than $3: a busy token must not write at every request.
    TOUCH_TOKEN = (
        "update token set last_used_at = $2 \
         where id = $1 and (last_used_at is null or last_used_at < $3)"
    );
    TOKENS_OF = (
        "select id, person, label, issued_at, expires_at, revoked, last_used_at from token \
         where person = $1 order by issued_at desc, id desc limit $2"
    );
    WORKFLOW_VERSIONS = (
        "select workflow, version, digest, published_at from workflow_version \
         order by workflow, version"
    );
    WORKFLOW_SOURCE = ("select source from workflow_version where digest = $1 limit 1");
    CONTENTS = ("select digest, body from content where digest in " [digests 1]);
}
