//! Is the database whole: the triggers that keep the record append-only, which its owner can take
//! away, and the file itself.

use crate::{db::Sql, error::Result, store::Store};

/// Those that are not there, or are switched off.
const MISSING: Sql = Sql {
    sqlite: "select value as name from json_each('[\
        \"event_again\", \"event_update\", \"event_delete\", \
        \"checkpoint_again\", \"checkpoint_update\", \"checkpoint_delete\", \
        \"cosignature_again\", \"cosignature_update\", \"cosignature_delete\", \
        \"log_key_again\", \"log_key_update\", \"log_key_delete\", \
        \"log_head_again\", \"log_head_update\", \"log_head_delete\"]') \
        where value not in (select name from sqlite_master where type = 'trigger') order by name",
    postgres: "select name from unnest(array[\
        'event_kept', 'event_whole', 'checkpoint_kept', 'checkpoint_whole', \
        'cosignature_kept', 'cosignature_whole', 'log_key_kept', 'log_key_whole', \
        'log_head_kept', 'log_head_forward', 'log_head_whole']) as name \
        where name not in (select tgname::text from pg_catalog.pg_trigger where tgenabled <> 'D') \
        order by name",
};

/// What the database finds wrong with its pages and indexes. PostgreSQL looks at checksums when it
/// reads a page, if the cluster has them.
const DAMAGE: Sql = Sql {
    sqlite: "select integrity_check as found from pragma_integrity_check \
             where integrity_check <> 'ok' limit 20",
    postgres: "select ''::text as found where false",
};

impl Store {
    /// What is wrong with the file of the database; nothing when all is well. Reads all of it.
    pub async fn damage(&self) -> Result<Vec<String>> {
        let rows = self.shared.readers.fetch_all(&DAMAGE, &[]).await?;
        rows.iter().map(|row| row.text("integrity_check.found").map(str::to_owned)).collect()
    }

    /// Names of triggers without which the record could be changed; there should be none.
    pub async fn missing_guards(&self) -> Result<Vec<String>> {
        let rows = self.shared.readers.fetch_all(&MISSING, &[]).await?;
        rows.iter().map(|row| row.text("trigger.name").map(str::to_owned)).collect()
    }
}
