//! The log, states and histories.

use crate::dialect::statements;

statements! {
    HEAD = ("select position, at, frontier from log_head where id = 1");
    /// Without its state, where the one that is known is still the one that is stored. The time
    /// tells it from that of another log, to which a database may have failed over.
    PRODUCT = (
        "select id, version, \
             case when version = $2 and changed_at = $3 then null else state end as state \
         from product where id = $1"
    );
    STATES_AFTER = (
        "select id, version, state from product where id > $1 order by id limit $2"
    );
    STREAM_AFTER = (
        "select position, stream, version, at, record from event \
         where stream = $1 and version > $2 order by version limit $3"
    );
    STREAM_UNTIL = (
        "select position, stream, version, at, record from event \
         where stream = $1 and version > $2 and at <= $3 order by version limit $4"
    );
    EVENTS_AFTER = (
        "select position, stream, version, at, record from event \
         where position > $1 order by position limit $2"
    );
    /// A bounded stretch of the log, of which only one kind is wanted.
    EVENTS_OF_KIND = (
        "select position, stream, version, at, record from event \
         where position > $1 and position <= $2 and kind = $3 order by position limit $4"
    );
    /// Versions of a stream rise with their positions.
    STREAM_AFTER_POSITION = (
        "select position, stream, version, at, record from event \
         where stream = $1 and position > $2 and (cast($3 as text) is null or kind = $3) \
         order by version limit $4"
    );
    /// Backwards over a bounded stretch; the actor is looked for as the record writes it.
    AUDITED = (
        "select position, stream, version, at, record from event \
         where position < $1 and position >= $2 and (cast($3 as text) is null or kind = $3) \
         and at >= $4 and at < $5 and (cast($6 as text) is null or "
        [position "record" "cast($6 as text)"] " > 0) order by position desc limit $7"
    );
    AUDITED_STREAM = (
        "select position, stream, version, at, record from event \
         where position < $1 and position >= $2 and (cast($3 as text) is null or kind = $3) \
         and at >= $4 and at < $5 and (cast($6 as text) is null or "
        [position "record" "cast($6 as text)"] " > 0) and stream = $8 \
         order by version desc limit $7"
    );
    /// The last one of some kinds whose record names something.
    EARLIER = (
        "select position, stream, version, at, record from event \
         where stream = $1 and version < $2 and kind in " [list 3] " and "
        [position "record" "cast($4 as text)"] " > 0 order by version desc limit 1"
    );
    LEAVES_AFTER = (
        "select position, kind, at, record, leaf from event where position > $1 \
         order by position limit $2"
    );
    /// A command's events follow each other, whatever streams they belong to.
    EVENTS_OF_COMMAND = (
        "select position, stream, version, at, record from event \
         where position >= $1 and position < $2 order by position"
    );
}
