//! The demo company: built on a scripted clock before the server opens, kept or thrown away.

use std::{
    fmt::Write as _,
    io::{IsTerminal as _, Write as _},
    path::PathBuf,
    sync::Mutex,
};

use sluicegate_demo::{DemoError, Found, MOST, Script, SignIn, Wanted};

use crate::{
    config::{Config, Origin},
    failure::{Failure, Result},
    open::{Create, clock, open_on, random},
};

/// The same demo each time.
const SEED: u64 = 1;
/// Letters of the bar.
const BAR: usize = 30;

/// What the command line says of a demo.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    pub(super) demo: bool,
    pub(super) products: Option<usize>,
}

/// How large a demo is to be built.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wish {
    products: Option<usize>,
}

impl Asked {
    /// The flags mean nothing without a server, and a demo has its bounds.
    pub(super) fn check(self, serves: bool) -> Result<()> {
        match self.products {
            _ if self.demo && !serves => Err(Failure::usage("--demo is for `serve`")),
            Some(_) if !serves => Err(Failure::usage("--products is for `serve --demo`")),
            Some(0) => Err(Failure::usage("--products is at least 1")),
            Some(count) if count > MOST => {
                Err(Failure::usage(format!("--products is at most {MOST}")))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn wanted(self) -> Option<Wish> {
        self.demo.then_some(Wish { products: self.products })
    }
}

/// A data folder that is removed at the end.
#[derive(Debug)]
pub(super) struct Folder(PathBuf);

impl Folder {
    /// Puts a new temporary folder in the place of the configured data.
    pub(super) fn replace(config: &mut Config) -> Result<Self> {
        if config.database.value.is_some() {
            let why = "--ephemeral keeps everything in a temporary folder; leave the database out";
            return Err(Failure::usage(why));
        }
        let mut name = String::from("sluicegate-demo-");
        for byte in random::<8>() {
            // Writing to a String cannot fail.
            let _ = write!(name, "{byte:02x}");
        }
        let folder = std::env::temp_dir().join(name);
        config.data.value.clone_from(&folder);
        config.data.origin = Origin::Flag("ephemeral");
        Ok(Self(folder))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            eprintln!("{} is left behind: {error}", self.0.display());
        }
    }
}

impl From<DemoError> for Failure {
    fn from(error: DemoError) -> Self {
        match error {
            DemoError::App(error) => Self::App(error),
            other => Self::Unavailable(format!("the demo could not be built: {other}")),
        }
    }
}

/// Builds the demo where there is nothing yet; gives who may sign in, when it has just been built.
pub(super) async fn build(
    config: &Config,
    wish: Wish,
    workflows: &[(String, String)],
) -> Result<Vec<SignIn>> {
    let script = Script::new(clock(config));
    let app = open_on(config, Create::Yes, script.clock()).await?;
    let place = match &config.database.value {
        Some(_) => "the database".to_owned(),
        None => config.data.value.display().to_string(),
    };
    let found = sluicegate_demo::look(&app).await?;
    let refused = |why: &str| Err(Failure::usage(format!("{place} {why}")));
    let built = match found {
        Found::TheDemo => Ok(Vec::new()),
        Found::OtherData => refused(
            "holds data that is not the demo; choose an empty folder with --data, or say \
             `sluicegate demo --ephemeral`",
        ),
        Found::HalfADemo => {
            refused("holds a demo whose building was broken off; remove it and start again")
        }
        Found::Nothing => {
            let products = match wish.products {
                Some(products) => products,
                None => sluicegate_demo::curated(workflows)?,
            };
            let wanted = Wanted { workflows: workflows.to_vec(), products, seed: SEED };
            let bar = Bar::default();
            let report =
                sluicegate_demo::build(&app, &script, &wanted, |share| bar.show(share)).await;
            bar.end();
            report.map_err(Failure::from).map(|report| {
                tracing::info!(
                    products = report.products,
                    people = report.people,
                    commands = report.commands,
                    "the demo company is built"
                );
                report.sign_ins
            })
        }
    };
    app.shutdown().await;
    built
}

/// How to look around, for people.
pub(super) fn invitation(url: &str, visitors: &[SignIn]) -> String {
    if visitors.is_empty() {
        return String::new();
    }
    let mut text = String::from(
        "\nThe demo company is open. Sign in with one of these tokens, shown this once:\n\n",
    );
    for each in visitors {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "  {}  {}, {}", each.secret, each.name, each.role);
    }
    for (each, signer) in visitors.iter().filter_map(|each| Some((each, each.signer.as_ref()?))) {
        let _ = write!(
            text,
            "\n{} signs votes and decisions (docs/howto/sign.md) with a password and a code:\n\n  \
             name      {}\n  password  {}\n  code      sluicegate code {}\n",
            each.name, signer.name, signer.password, signer.factor
        );
    }
    if let Some(first) = visitors.first() {
        let _ = write!(
            text,
            "\nTry it:\n\n  curl -H 'Authorization: Bearer {}' '{url}/v1/products?limit=20'\n\n",
            first.secret
        );
    }
    text
}

/// A bar on a terminal; nothing elsewhere.
#[derive(Debug, Default)]
struct Bar(Mutex<Option<usize>>);

impl Bar {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a percentage")]
    fn show(&self, share: f64) {
        let percent = (share.clamp(0.0, 1.0) * 100.0) as usize;
        let Ok(mut shown) = self.0.lock() else { return };
        if *shown == Some(percent) || !std::io::stderr().is_terminal() {
            return;
        }
        *shown = Some(percent);
        let done = percent * BAR / 100;
        let bar = "#".repeat(done) + &".".repeat(BAR - done);
        let mut out = std::io::stderr().lock();
        // A terminal that is gone must not stop the work.
        let _ = write!(out, "\rBuilding the demo company [{bar}] {percent:3} %");
        let _ = out.flush();
    }

    fn end(&self) {
        if self.0.lock().is_ok_and(|shown| shown.is_some()) {
            eprintln!();
        }
    }
}
