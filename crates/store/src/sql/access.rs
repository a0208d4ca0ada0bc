//! How people sign in: names, passwords, invitations, sessions, and how often somebody tries.

use crate::dialect::statements;

statements! {
    NAME_OF = ("select name from sign_in_name where person = $1");
    OWNER_OF_NAME = ("select person from sign_in_name where name = $1");
    DROP_NAME = ("delete from sign_in_name where person = $1");
    ADD_NAME = (
        "insert into sign_in_name (name, person) values ($1, $2) on conflict (name) do nothing"
    );
    PASSWORD_OF_NAME = (
        "select p.person, p.memory, p.passes, p.lanes, p.salt, p.hash from sign_in_name n \
         join password p on p.person = n.person where n.name = $1"
    );
    PASSWORD_OF = (
        "select person, memory, passes, lanes, salt, hash from password where person = $1"
    );
    PUT_PASSWORD = (
        "insert into password (person, memory, passes, lanes, salt, hash, set_at) \
         values ($1, $2, $3, $4, $5, $6, $7) on conflict (person) do update set \
             memory = excluded.memory, passes = excluded.passes, lanes = excluded.lanes, \
             salt = excluded.salt, hash = excluded.hash, set_at = excluded.set_at"
    );
    /// The same password at another price; nothing when it was changed meanwhile.
    REHASH = (
        "update password set memory = $2, passes = $3, lanes = $4, salt = $5, hash = $6 \
         where person = $1 and hash = $7"
    );
    INVITATION = ("select id, person from invitation where hash = $1");
    PUT_INVITATION = (
        "insert into invitation (id, hash, person, expires_at) values ($1, $2, $3, $4) \
         on conflict (person) do update set \
             id = excluded.id, hash = excluded.hash, expires_at = excluded.expires_at"
    );
    DROP_INVITATIONS = ("delete from invitation where person in " [list 1]);
    /// Only while the password is the one that was shown: whoever changes it ends all sessions, and
    /// must not miss this one.
    ADD_SESSION = (
        "insert into session (id, hash, person, methods, authenticated_at, used_at, expires_at, \
             address, agent) \
         select $1, $2, p.person, $4, $5, $5, $6, $7, $8 from password p \
         where p.person = $3 and p.hash = $9" [for_share p]
    );
    /// Neither too old nor idle for too long.
    SESSION = (
        "select id, person, methods, authenticated_at, used_at, expires_at, address, agent \
         from session where hash = $1 and expires_at > $2 and used_at > $3"
    );
    /// Only when the last use is older than $3: a busy session must not write at every request.
    TOUCH_SESSION = ("update session set used_at = $2 where id = $1 and used_at < $3");
    SESSIONS_OF = (
        "select id, person, methods, authenticated_at, used_at, expires_at, address, agent \
         from session where person = $1 and expires_at > $2 and used_at > $3 \
         order by authenticated_at desc, id desc limit $4"
    );
    /// The person has proved more: the session goes on under another secret, if it is still there.
    COMPLETE_SESSION = (
        "update session set hash = $2, methods = $3, authenticated_at = $4, used_at = $4, \
             expires_at = $5, address = $6, agent = $7 where id = $1"
    );
    FACTOR = ("select secret, last_step from factor where person = $1");
    PUT_FACTOR = (
        "insert into factor (person, secret, last_step, since) values ($1, $2, $3, $4) \
         on conflict (person) do update set \
             secret = excluded.secret, last_step = excluded.last_step, since = excluded.since"
    );
    DROP_FACTOR = ("delete from factor where person in " [list 1]);
    /// Of two who show the same code, one is too late.
    USE_STEP = ("update factor set last_step = $2 where person = $1 and last_step < $2");
    FACTOR_OFFER = ("select secret from factor_offer where person = $1 and expires_at > $2");
    PUT_FACTOR_OFFER = (
        "insert into factor_offer (person, secret, expires_at) values ($1, $2, $3) \
         on conflict (person) do update set \
             secret = excluded.secret, expires_at = excluded.expires_at"
    );
    DROP_FACTOR_OFFERS = ("delete from factor_offer where person in " [list 1]);
    PRUNE_FACTOR_OFFERS = ("delete from factor_offer where expires_at <= $1");
    RECOVERY_CODES = ("select count(*) as number from recovery_code where person = $1");
    ADD_RECOVERY_CODE = (
        "insert into recovery_code (hash, person) values ($1, $2) on conflict (hash) do nothing"
    );
    USE_RECOVERY_CODE = ("delete from recovery_code where hash = $1 and person = $2");
    DROP_RECOVERY_CODES = ("delete from recovery_code where person in " [list 1]);
    ADD_SIGNING = (
        "insert into signing (id, actor, product, gate, submission, packet, act, statement, salt, \
             expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
    );
    SIGNING = (
        "select id, actor, product, gate, submission, packet, act, statement, salt, shown_at, \
             expires_at from signing where id = $1 and expires_at > $2"
    );
    SHOW_SIGNING = (
        "update signing set shown_at = $2, expires_at = $3 \
         where id = $1 and shown_at is null and expires_at > $2"
    );
    PRUNE_SIGNINGS = ("delete from signing where expires_at <= $1");
    COUNT_WRONG_PROOF = (
        "insert into signing_wrong (person, times) values ($1, 1) \
         on conflict (person) do update set times = signing_wrong.times + 1"
    );
    WRONG_PROOFS = ("select times from signing_wrong where person = $1");
    FORGET_WRONG_PROOFS = ("delete from signing_wrong where person = $1");
    END_SESSION = ("delete from session where id = $1 and person = $2");
    END_SESSIONS = ("delete from session where person in " [list 1]);
    /// All but the newest.
    CROWD_OUT_SESSIONS = (
        "delete from session where person = $1 and id not in (select id from session \
         where person = $1 order by authenticated_at desc, id desc limit $2)"
    );
    PRUNE_SESSIONS = ("delete from session where expires_at <= $1 or used_at <= $2");
    THROTTLED = ("select open_at from throttle where key = $1");
    /// One more attempt, unless it is shut: changes nothing then. $3: failures before are
    /// forgotten. After $4 failures each one more shuts it for twice as long, from $5 to $6.
    COUNT_ATTEMPT = (
        "insert into throttle (key, failures, last_at, open_at) values ($1, 1, $2, $2) \
         on conflict (key) do update set \
             failures = case when throttle.last_at < $3 then 1 else throttle.failures + 1 end, \
             last_at = excluded.last_at, \
             open_at = excluded.last_at + case \
                 when throttle.last_at < $3 or throttle.failures < $4 then 0 \
                 when throttle.failures - $4 > 20 then cast($6 as bigint) \
                 when (cast($5 as bigint) << cast(throttle.failures - $4 as integer)) > $6 \
                     then cast($6 as bigint) \
                 else cast($5 as bigint) << cast(throttle.failures - $4 as integer) end \
         where throttle.open_at <= $2"
    );
    FORGIVE = ("delete from throttle where key = $1");
    /// It was no failure.
    TAKE_BACK_ATTEMPT = (
        "update throttle set failures = failures - 1, open_at = last_at \
         where key = $1 and failures > 0"
    );
    PRUNE_THROTTLE = ("delete from throttle where last_at < $1");
    HEAD = ("select version from access_head where id = 1");
    /// Locked just before the log's head.
    HEAD_LOCKED = ("select version from access_head where id = 1" [for_update access_head]);
    ADVANCE_HEAD = ("update access_head set version = $1 where id = 1");
    ATTEMPT = (
        "select event, since, repeats from attempt where key = $1" [for_update attempt]
    );
    ATTEMPTS = ("select count(*) as number from attempt");
    ADD_ATTEMPT = (
        "insert into attempt (key, event, since, repeats) values ($1, $2, $3, 0) \
         on conflict (key) do nothing"
    );
    BEGIN_ATTEMPT = ("update attempt set event = $2, since = $3, repeats = 0 where key = $1");
    REPEAT_ATTEMPT = ("update attempt set repeats = repeats + 1 where key = $1");
    OLD_ATTEMPTS = (
        "select key, event, since, repeats from attempt where since <= $1 order by key limit $2"
    );
    CLAIM_ATTEMPT = ("delete from attempt where key = $1 and since = $2 and repeats = $3");
    TOKEN_OWNER = ("select id, person from token where hash = $1");
    ERASE_NAMES = ("delete from sign_in_name where person in " [list 1]);
    ERASE_PASSWORDS = ("delete from password where person in " [list 1]);
}
