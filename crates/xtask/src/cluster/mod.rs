//! A private PostgreSQL in a temporary folder, gone when its owner is gone.
//!
//! A small shell process, the keeper, holds the reading end of a pipe. However this program ends
//! (return, panic, Ctrl-C, kill -9), the pipe closes, and the keeper stops the server and removes
//! the folder. So there is one way to clean up, and it also works when we cannot.

mod account;
mod keeper;
mod server;

use std::path::Path;
use std::process::Child;

use self::{
    account::Account,
    keeper::Keeper,
    server::{SUPERUSER, Site, kill_all},
};
use crate::process::Outcome;
use crate::provision::ensure_postgres;

/// Does the server have to survive a power cut?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Nothing reaches the disk in time: fast, for tests whose data nobody keeps.
    Tests,
    /// PostgreSQL's own defaults: for numbers and crashes that mean something.
    Durable,
}

/// A running server. Dropping it stops the server and removes its folder.
#[derive(Debug)]
pub struct Cluster {
    url: String,
    port: u16,
    keeper: Keeper,
    server: Child,
    site: Site,
}

impl Cluster {
    /// Starts a server on a free local port, installing PostgreSQL first where that is allowed.
    pub fn start(durability: Durability) -> Outcome<Self> {
        let programs = ensure_postgres()?;
        let account = Account::unprivileged()?;
        let folder = account.temporary_folder()?;
        // From here on the keeper cleans up, also when a step below fails.
        let keeper = Keeper::watch(&programs, &account, &folder)?;
        let site = Site { programs, account, folder, durability };
        site.init()?;
        let (server, port) = site.start_somewhere()?;
        let url = format!("postgres://{SUPERUSER}@127.0.0.1:{port}/postgres");
        Ok(Self { url, port, keeper, server, site })
    }

    /// The address of the `postgres` database, as a role that may create databases.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The folder that holds the data, the socket and `server.log`.
    pub fn folder(&self) -> &Path {
        &self.site.folder
    }

    /// The folder of PostgreSQL's own programs: `psql`, `pgbench`.
    pub fn programs(&self) -> &Path {
        &self.site.programs
    }

    /// Kills every process of the server at once (SIGKILL). What it had not written is lost.
    pub fn crash(&mut self) -> Outcome {
        kill_all(&mut self.server)
    }

    /// Starts the server again after a crash, at the same address; it recovers from its log.
    pub fn restart(&mut self) -> Outcome {
        self.server = self.site.start_again(self.port)?;
        Ok(())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.keeper.clean_up();
        // The keeper has stopped it; this only takes the dead process off the system's list.
        drop(self.server.wait());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpStream;
    use std::process::Command;

    use crate::process::capture;

    #[test]
    fn a_server_answers_while_it_is_held_and_leaves_nothing_behind() {
        let cluster = Cluster::start(Durability::Tests).unwrap_or_else(|f| panic!("{f}"));
        let address = cluster.url().split(['@', '/']).nth(3).unwrap().to_owned();
        let folder = cluster.folder().to_path_buf();
        assert!(TcpStream::connect(&address).is_ok());
        drop(cluster);
        assert!(TcpStream::connect(&address).is_err());
        assert!(!folder.exists());
    }

    #[test]
    fn a_server_that_crashed_comes_back_with_what_it_had_committed() {
        let mut cluster = Cluster::start(Durability::Durable).unwrap_or_else(|f| panic!("{f}"));
        let psql = |cluster: &Cluster, sql: &str| {
            let mut command = Command::new(cluster.programs().join("psql"));
            capture(command.arg(cluster.url()).args(["-qAtc", sql]))
        };
        psql(&cluster, "create table kept (n int); insert into kept values (7)").unwrap();
        cluster.crash().unwrap();
        assert!(psql(&cluster, "select n from kept").is_err());
        cluster.restart().unwrap();
        assert_eq!(psql(&cluster, "select n from kept").unwrap().trim(), "7");
    }

    #[test]
    fn the_keeper_removes_the_folder_when_the_pipe_closes() {
        let account = Account::unprivileged().unwrap_or_else(|f| panic!("{f}"));
        let folder = account.temporary_folder().unwrap_or_else(|f| panic!("{f}"));
        let keeper = Keeper::watch(Path::new("/nowhere"), &account, &folder);
        assert!(folder.exists());
        drop(keeper);
        assert!(!folder.exists());
    }
}
