//! The arguments of `sluicegate delegation`.

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(crate) enum Delegation {
    /// Put somebody's powers into a deputy's hands for a while
    #[command(
        before_help = "Example: sluicegate delegation set 'Ann Lee' --to 'Kim Mina' --until \
                       2027-07-14 --gate launch --reason 'Annual leave'"
    )]
    Set {
        /// Who is away: an id, a mail address or a name
        person: String,
        /// Who stands in [default: the default deputy of each role]
        #[arg(long, value_name = "PERSON")]
        to: Option<String>,
        /// The first day [default: from now on]
        #[arg(long, value_name = "DATE")]
        from: Option<chrono::NaiveDate>,
        /// The last day
        #[arg(long, value_name = "DATE")]
        until: chrono::NaiveDate,
        /// Only in this role; may stand several times [default: in all]
        #[arg(long)]
        role: Vec<String>,
        /// Only at this gate; may stand several times [default: at all]
        #[arg(long)]
        gate: Vec<String>,
        /// Why, for those whom it concerns
        #[arg(long)]
        reason: String,
    },
    /// What a person has delegated, and what was delegated to them
    List {
        /// An id, a mail address or a name
        person: String,
    },
    /// End a delegation before its time
    End {
        /// The delegation's id, from `delegation list`
        delegation: String,
    },
}
