//! Finished passages, and how far the log was followed for them.

use crate::dialect::statements;

macro_rules! columns {
    () => {
        "product, kind, place, number, workflow, portfolio, entered_at, left_at, due_at, ended, \
         ended_by, team, reviewer, gatekeeper, receiver, regulator, hold"
    };
}

/// The last so many of a range of time.
macro_rules! last {
    () => {
        " and left_at >= $2 and left_at < $3 order by left_at desc limit $4"
    };
}

statements! {
    PASSAGE_HEAD = ("select position from passage_head where id = 1");
    /// Moves it from where the follower began; another one may have been there first.
    MOVE_PASSAGE_HEAD = (
        "update passage_head set position = $2 where id = 1 and position = $1"
    );
    /// Whose passages may have ended in a stretch of the log.
    PASSED_STREAMS = (
        "select distinct stream from event where position > $1 and position <= $2 \
         and kind in ('gate_decided', 'gate_withdrawn')"
    );
    PUT_PASSAGES = (
        "insert into passage (" (columns!()) ") select " (columns!()) " from "
        [rows 1 (product text, kind text, place text, number bigint, workflow text,
                 portfolio text, entered_at bigint, left_at bigint, due_at bigint, ended text,
                 ended_by bigint, team bigint, reviewer bigint, gatekeeper bigint,
                 receiver bigint, regulator bigint, hold bigint)]
        " where true on conflict (product, kind, place, number) do update set \
             workflow = excluded.workflow, portfolio = excluded.portfolio, \
             entered_at = excluded.entered_at, left_at = excluded.left_at, \
             due_at = excluded.due_at, ended = excluded.ended, ended_by = excluded.ended_by, \
             team = excluded.team, reviewer = excluded.reviewer, \
             gatekeeper = excluded.gatekeeper, receiver = excluded.receiver, \
             regulator = excluded.regulator, hold = excluded.hold"
    );
    /// For a new beginning; the head goes back first, as followers lock it.
    RESET_PASSAGE_HEAD = ("update passage_head set position = 0 where id = 1");
    FORGET_PASSAGES = ("delete from passage");
    PASSAGES = ("select " (columns!()) " from passage where cast($1 as text) is null" (last!()));
    PASSAGES_OF_PORTFOLIO = ("select " (columns!()) " from passage where portfolio = $1" (last!()));
    PASSAGES_OF_WORKFLOW = ("select " (columns!()) " from passage where workflow = $1" (last!()));
    PASSAGES_AT_PLACE = ("select " (columns!()) " from passage where place = $1" (last!()));
    PASSAGES_OF_PRODUCT = (
        "select " (columns!()) " from passage where product = $1 \
         order by entered_at, kind, place, number"
    );
}
