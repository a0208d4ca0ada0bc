//! The command line.

mod delegation;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

pub(crate) use delegation::Delegation;

const EXAMPLES: &str = "\
Examples:
  sluicegate                                  serve on 127.0.0.1:8080, data in ./data
  sluicegate --demo                           the same, with a company of 40 people to look at
  sluicegate check workflows/npi-medtech.yaml
  sluicegate person add 'Ann Lee' --role product_manager --token";

const CODES: &str = "\
Exit codes: 0 done, 1 a check failed, 2 usage, 3 conflict or refused, 4 unavailable,
5 done for some and not for all (`workflow move`: products stay).
Settings: flags, then SLUICEGATE_* variables, then sluicegate.toml, then defaults; `doctor` shows them.";

/// Stage-gate workflows for medical technology, from idea to retirement.
#[derive(Debug, Parser)]
#[command(name = "sluicegate", version, before_help = EXAMPLES, after_help = CODES)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) place: Place,
    /// Answer in JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Build the demo company into an empty data folder, then serve it
    #[arg(long, global = true, help_heading = "Serving")]
    pub(crate) demo: bool,
    /// Products of the demo [default: those that are written by hand]
    #[arg(long, value_name = "COUNT", global = true, help_heading = "Serving")]
    pub(crate) products: Option<usize>,
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// Which data, and how the server behaves.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Place {
    /// Folder of database and attachments [default: data]
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// postgres://...; without it, SQLite in the data folder
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) database: Option<String>,
    /// Configuration file [default: sluicegate.toml, if there]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// What to log, for example `debug` or `sluicegate_store=debug` [default: info]
    #[arg(long, global = true, value_name = "FILTER")]
    pub(crate) log: Option<String>,
    /// Address and port [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS", global = true, help_heading = "Serving")]
    pub(crate) listen: Option<String>,
    /// Publish the workflows of this folder, too
    #[arg(long, value_name = "DIR", global = true, help_heading = "Serving")]
    pub(crate) workflows: Option<PathBuf>,
    /// Commands that one transaction takes at most [default: 128]
    #[arg(long, value_name = "COUNT", global = true, help_heading = "Serving")]
    pub(crate) max_batch: Option<String>,
    /// Transactions that write at the same time; SQLite has one [default: 2]
    #[arg(long, value_name = "COUNT", global = true, help_heading = "Serving")]
    pub(crate) writers: Option<String>,
    /// This is no production server: allow what only tests and demos need
    #[arg(long, global = true, help_heading = "Serving")]
    pub(crate) development: bool,
    /// Shift the clock, for example +90d; only with --development
    #[arg(
        long,
        value_name = "SPAN",
        global = true,
        allow_hyphen_values = true,
        help_heading = "Serving"
    )]
    pub(crate) dev_clock_offset: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the server (the default)
    Serve,
    /// Serve the demo company, also without a trace
    #[command(before_help = "Example: sluicegate demo --ephemeral")]
    Demo {
        /// In a temporary folder that is gone afterwards
        #[arg(long)]
        ephemeral: bool,
    },
    /// Check workflow files and show every problem at its place
    #[command(before_help = "Example: sluicegate check workflows/*.yaml")]
    Check {
        /// `-` reads standard input
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Also say what the products in flight would lack under each of them
        #[arg(long)]
        in_flight: bool,
    },
    /// Publish a workflow file; the same content again makes no new version
    #[command(before_help = "Example: sluicegate publish workflows/npi-medtech.yaml")]
    Publish {
        /// A workflow file; `-` reads standard input
        file: PathBuf,
        /// Only say what would happen
        #[arg(long)]
        dry_run: bool,
    },
    /// Published workflows, and pictures of them
    #[command(subcommand)]
    Workflow(Workflow),
    /// Replay the log and compare it with everything that is stored
    Verify {
        /// Make the figures over many products again from the log first
        #[arg(long)]
        rebuild: bool,
    },
    /// The signed record: export it, and check an export without the server
    #[command(subcommand)]
    Audit(Audit),
    /// Run a witness: it signs the heads of logs, and never two that contradict each other
    #[command(
        before_help = "Example: sluicegate witness ./witness --log record.pub --listen 10.0.0.2:8090"
    )]
    Witness {
        /// The folder of its key and its memory
        folder: PathBuf,
        /// The key of a log, or a file with it; may be repeated
        #[arg(long, value_name = "KEY")]
        log: Vec<String>,
        /// The name in its key, when that is made now, for example witness.example/w1
        #[arg(long, default_value = "")]
        name: String,
    },
    /// People and machines with an account
    #[command(subcommand)]
    Person(Person),
    /// Who holds which role
    #[command(subcommand)]
    Role(Role),
    /// Bearer tokens
    #[command(subcommand)]
    Token(Token),
    /// Who stands in for somebody who is away
    #[command(subcommand)]
    Delegation(Delegation),
    /// Forget personal data for ever; the record still verifies
    #[command(subcommand)]
    Erase(Erase),
    /// Portfolios of products
    #[command(subcommand)]
    Portfolio(Portfolio),
    /// Products, to look at and to move
    #[command(subcommand)]
    Product(Product),
    /// Print the JSON Schema of the workflow language
    Schema,
    /// Print the OpenAPI document of the REST API
    Openapi,
    /// Show each setting with its origin, and check that the server could run
    Doctor,
    /// Show the code of a second factor, as an authenticator does; for scripts and to try things out
    #[command(before_help = "Example: sluicegate code GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")]
    Code {
        /// What taking the factor in has answered, in base32; `-` reads standard input
        secret: String,
    },
    /// Print completions for a shell
    #[command(before_help = "Example: sluicegate completions bash > sluicegate.bash")]
    Completions {
        /// For which shell
        shell: Shell,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Workflow {
    /// All published workflows
    List,
    /// The file of a workflow, or its definition with --json
    Show {
        /// A key or a file
        workflow: String,
        /// A published version [default: the latest]
        #[arg(long)]
        version: Option<u32>,
    },
    /// A picture of a workflow
    #[command(
        before_help = "Example: sluicegate workflow graph npi-medtech --format svg > npi.svg"
    )]
    Graph {
        /// A key or a file
        workflow: String,
        /// A published version [default: the latest]
        #[arg(long)]
        version: Option<u32>,
        /// How the picture is written
        #[arg(long, value_enum, default_value = "mermaid")]
        format: Format,
        /// The language of its words; English where a text has no Korean
        #[arg(long, value_enum, default_value = "en")]
        lang: Language,
    },
    /// Move all products in flight to a newer version, but for those that something stops
    #[command(
        before_help = "Example: sluicegate workflow move npi --reason 'Cybersecurity' --dry-run",
        after_help = "Exit codes: 0 when all moved (or would, with --dry-run), 5 when some stay."
    )]
    Move {
        /// A key
        workflow: String,
        #[command(flatten)]
        to: MoveArgs,
    },
}

#[derive(Debug, Args)]
pub(crate) struct MoveArgs {
    /// A published version [default: the newest]
    #[arg(long, value_name = "VERSION")]
    pub(crate) to: Option<u32>,
    /// Why, as the history will say
    #[arg(long)]
    pub(crate) reason: String,
    /// Only say what would happen
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Format {
    Mermaid,
    Dot,
    Svg,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Language {
    En,
    Ko,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Audit {
    /// Print the public key with which exports are checked; hand it over on another way than them
    Key,
    /// Sign the log as it is now, and print the checkpoint
    Checkpoint,
    /// Sign with another key from now on: with the one that you have put into the key's file, or with
    /// one that is made now; stop the servers first
    Rotate,
    /// Write the whole log, or a part of it with proofs, to a file
    #[command(before_help = "Example: sluicegate audit export record.jsonl --product prd_0198...")]
    Export {
        /// Where to; `-` writes to standard output
        file: PathBuf,
        #[command(flatten)]
        wish: ExportArgs,
    },
    /// Check an exported file: needs the public key, and nothing else
    #[command(before_help = "Example: sluicegate audit verify record.jsonl --key record.pub")]
    Verify {
        /// An exported file; `-` reads standard input
        file: PathBuf,
        /// What `audit key` has printed, or a file with it
        #[arg(long)]
        key: String,
        /// A witness's key, or a file with it: it must have signed, too; may be repeated
        #[arg(long, value_name = "KEY")]
        witness: Vec<String>,
    },
    /// Write one event with its proof to a file: it shows this decision and nothing else
    Prove {
        /// The event's position in the log
        position: u64,
        /// Where to; `-` writes to standard output
        #[arg(default_value = "-")]
        file: PathBuf,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// Only the events of this product
    #[arg(long, value_name = "ID")]
    pub(crate) product: Option<String>,
    /// Only what was tried and refused: wrong passwords and tokens, requests without the right
    #[arg(long, conflicts_with = "product")]
    pub(crate) refused: bool,
    /// From this day or time on (UTC), for example 2027-03-31
    #[arg(long, value_name = "TIME")]
    pub(crate) from: Option<String>,
    /// Before this day or time
    #[arg(long, value_name = "TIME")]
    pub(crate) to: Option<String>,
    /// Leave texts and forms out; the records name them by digest
    #[arg(long)]
    pub(crate) bare: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Person {
    /// Open an account
    #[command(
        before_help = "Example: sluicegate person add 'Ann Lee' --role product_manager --token"
    )]
    Add {
        /// The name as others read it
        name: String,
        /// The mail address
        #[arg(long)]
        email: Option<String>,
        /// A program that feeds or reads; it never decides
        #[arg(long)]
        machine: bool,
        /// Grant a role; may be repeated
        #[arg(long, value_name = "ROLE")]
        role: Vec<String>,
        /// Grant the roles in this portfolio only [default: everywhere]
        #[arg(long)]
        portfolio: Option<String>,
        /// Issue a token, too, and print its secret
        #[arg(long)]
        token: bool,
    },
    /// Let a person set a password; prints the secret, which is good for one
    #[command(before_help = "Example: sluicegate person invite ann@example.com")]
    Invite {
        /// An id, a mail address or a name
        person: String,
        /// To sign in with [default: the one that the person has, or the mail address]
        #[arg(long)]
        name: Option<String>,
    },
    /// Take the second factor of somebody away who has lost it; all sessions end
    #[command(before_help = "Example: sluicegate person remove-factor ann@example.com")]
    RemoveFactor {
        /// An id, a mail address or a name
        person: String,
    },
    /// Everybody, with their roles
    List,
    /// Close an account; its tokens and sessions die
    Deactivate {
        /// An id, a mail address or a name
        person: String,
    },
    /// Open a closed account again
    Reactivate {
        /// An id, a mail address or a name
        person: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Role {
    /// Give a role to a person
    #[command(
        before_help = "Example: sluicegate role grant ann@example.com finance --portfolio main"
    )]
    Grant(RoleArgs),
    /// Take it away
    Revoke(RoleArgs),
    /// Who holds which role where
    List,
}

#[derive(Debug, Args)]
pub(crate) struct RoleArgs {
    /// An id, a mail address or a name
    pub(crate) person: String,
    /// A role of a published workflow, `administrator` or `auditor`
    pub(crate) role: String,
    /// In this portfolio only [default: everywhere]
    #[arg(long)]
    pub(crate) portfolio: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Token {
    /// Issue a token and print its secret, this once
    Issue {
        /// An id, a mail address or a name
        person: String,
        /// What the token is for, as lists show it
        #[arg(long, default_value = "command line")]
        label: String,
        /// The last day, for example 2027-12-31 [default: none]
        #[arg(long, value_name = "DATE")]
        until: Option<chrono::NaiveDate>,
    },
    /// The tokens of a person, without their secrets
    List {
        /// An id, a mail address or a name
        person: String,
    },
    /// Let a token die
    Revoke {
        /// The token's id, from `token list`
        token: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Erase {
    /// Name and address of a closed account, those of before too
    #[command(
        before_help = "Example: sluicegate erase person ann@example.com --reason 'Request 14'"
    )]
    Person {
        /// An id, a mail address or a name
        person: String,
        #[command(flatten)]
        why: Why,
    },
    /// A text or a form's content
    Content {
        /// What events name it by
        digest: String,
        #[command(flatten)]
        why: Why,
    },
    /// A file and its name
    Attachment {
        /// SHA-256 of the file
        digest: String,
        #[command(flatten)]
        why: Why,
    },
    /// What was erased, when, by whom and why; keep it apart from the backups, with --json
    List,
    /// Erase what a list says, after an older backup was restored
    #[command(before_help = "Example: sluicegate erase again erasures.json")]
    Again {
        /// What `erase list --json` has printed; `-` reads standard input
        file: PathBuf,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Why {
    /// Stands in the record: the number of the request, the rule; nothing of what is erased
    #[arg(long, value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub(crate) reason: String,
    /// Only say what would happen
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Portfolio {
    /// Add a company, a business unit or a portfolio
    Add {
        /// Its key: a-z, 0-9, _ and -
        key: String,
        /// What people call it
        title: String,
        /// The title in Korean
        #[arg(long, value_name = "TITLE")]
        title_ko: Option<String>,
        /// company, `business_unit` or portfolio
        #[arg(long, default_value = "portfolio")]
        kind: String,
        /// What it stands beneath [default: the top]
        #[arg(long, value_name = "KEY")]
        parent: Option<String>,
    },
    /// The tree: companies, business units, portfolios
    List,
    /// Give it other titles
    Rename {
        /// Its key
        key: String,
        /// What people call it from now on
        title: String,
        /// The title in Korean [default: none]
        #[arg(long, value_name = "TITLE")]
        title_ko: Option<String>,
    },
    /// Put it beneath another one, with everything beneath it
    Move {
        /// Its key
        key: String,
        /// What it shall stand beneath [default: the top]
        #[arg(long, value_name = "KEY")]
        parent: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Product {
    /// Products, by due date
    List {
        /// Of one of these
        #[arg(long, value_delimiter = ',')]
        stage: Vec<String>,
        /// In one of these, or beneath
        #[arg(long, value_delimiter = ',', value_name = "KEY")]
        portfolio: Vec<String>,
        /// `on_track`, `due_soon`, overdue, blocked or ended
        #[arg(long, value_delimiter = ',')]
        health: Vec<String>,
        /// Words that begin words of the name
        #[arg(long)]
        text: Option<String>,
        /// At most so many
        #[arg(long, default_value_t = 50)]
        limit: u32,
    },
    /// Where a product stands, and what somebody is asked to do
    Show {
        /// The product's id, from `product list`
        product: String,
    },
    /// Move a product to a newer version of its workflow
    Move {
        /// The product's id, from `product list`
        product: String,
        #[command(flatten)]
        to: MoveArgs,
    },
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_and_argument_is_explained() {
        fn explained(command: &clap::Command) {
            for argument in command.get_arguments() {
                assert!(
                    argument.get_help().is_some(),
                    "{} {}",
                    command.get_name(),
                    argument.get_id()
                );
            }
            for below in command.get_subcommands() {
                assert!(below.get_about().is_some(), "{} {}", command.get_name(), below.get_name());
                explained(below);
            }
        }
        explained(&Cli::command());
    }

    #[test]
    fn help_fits_on_one_screen_with_an_example_first() {
        let help = Cli::command().render_help().to_string();
        assert!(help.starts_with("Examples:"), "{help}");
        assert!(help.lines().count() <= 60, "{} lines", help.lines().count());
    }
}
