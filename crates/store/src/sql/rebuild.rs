//! How far the lists have been made anew.

use crate::dialect::statements;

statements! {
    REBUILD_AFTER = ("select after from rebuild where id = 1");
    /// Two processes that start together do one part after the other.
    REBUILD_LOCKED = ("select after from rebuild where id = 1" [for_update rebuild]);
    REBUILD_ADVANCE = ("update rebuild set after = $1 where id = 1");
    DROP_ALL_TASKS = ("delete from task where product in " [list 1]);
    REBUILD_DONE = ("delete from rebuild where id = 1");
}
