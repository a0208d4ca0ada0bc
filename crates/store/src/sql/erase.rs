//! Erasures.

use crate::dialect::statements;

statements! {
    /// What is deleted from here on is overwritten, and not just given free.
    OVERWRITE = ([overwrite "on"]);
    OVERWRITE_NO_MORE = ([overwrite "off"]);
    /// What was written before it was deleted leaves the file beside the database, too.
    EMPTY_WAL = ([empty_wal]);
    CONTENTS = ("delete from content where digest in " [digests 1]);
    /// The pieces of a text are a trace of it.
    SKETCHES = ("delete from sketch where content in " [digests 1]);
    ATTACHMENTS = ("delete from attachment where digest in " [digests 1]);
    /// Views that nobody else sees.
    VIEWS = ("delete from saved_view where portfolio is null and owner in " [list 1]);
    /// Answers of views name their owner.
    VIEW_KEYS = ("delete from saved_view_key where actor in " [list 1]);
    DRAFTS = (
        "delete from draft where (product, deliverable) in (select product, deliverable from "
        [rows 1 (product text, deliverable text)] ")"
    );
    /// A hash of a short text can be guessed; without it, a repeat is another request.
    FINGERPRINT = (
        "update command_key set fingerprint = $1 \
         where actor = $2 and first_position <= $3 and first_position + event_count > $3"
    );
    /// A bounded stretch of the log, of which only what names a digest is wanted.
    NAMING = (
        "select position, stream, version, at, record from event \
         where position > $1 and position <= $2 and " [position "record" "$3"] " > 0 \
         order by position"
    );
    HEAD = ("select version from erasure_head where id = 1");
    ADVANCE = ("update erasure_head set version = $2 where id = 1 and version = $1");
}
