//! The use cases, in process, on both databases.
#![expect(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod access;
mod audit;
mod clocks;
mod delegations;
mod factor;
mod organisation;
mod products;
mod record;
mod search;
mod verify;

use sluicegate_testkit::TestApp;

const SAMPLE: &str = include_str!("../../../core/src/definition/testdata/sample.yaml");

/// Makes a test for each database.
macro_rules! both {
    ($($name:ident)+) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name($crate::TestApp::sqlite($crate::SAMPLE).await).await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name($crate::TestApp::postgres($crate::SAMPLE).await).await;
            })+
        }
    };
}
pub(crate) use both;

/// The people of the sample workflow.
pub(crate) async fn staffed(mut app: TestApp) -> TestApp {
    app.person("pia", &["product_manager"]).await;
    app.person("rolf", &["rd_lead"]).await;
    app.person("rita", &["rd_lead"]).await;
    app.person("fin", &["finance"]).await;
    app.person("sara", &["senior_leadership"]).await;
    app.person("sven", &["senior_leadership"]).await;
    app.person("max", &["field_marketing_manager"]).await;
    app
}
