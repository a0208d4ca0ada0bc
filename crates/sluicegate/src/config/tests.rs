use super::*;

fn read(place: &Place, variables: &[(&str, &str)]) -> Result<Config> {
    let find = |name: &str| {
        let found = variables.iter().find(|(key, _)| *key == name);
        found.map(|(_, value)| (*value).to_owned())
    };
    Config::read(place, &find)
}

fn file(text: &str) -> (tempfile::TempDir, Place) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.toml");
    std::fs::write(&path, text).unwrap();
    (folder, Place { config: Some(path), ..Place::default() })
}

#[test]
fn flags_win_over_environment_over_file_over_defaults() {
    let (_folder, mut place) = file("listen = '1.1.1.1:1'\ndata = 'from-file'\nlog = 'warn'");
    let variables = [("SLUICEGATE_LISTEN", "2.2.2.2:2"), ("SLUICEGATE_DATA", "from-env")];
    place.listen = Some("3.3.3.3:3".into());
    let config = read(&place, &variables).unwrap();
    assert_eq!(config.listen.value, "3.3.3.3:3");
    assert_eq!(config.listen.origin, Origin::Flag("listen"));
    assert_eq!(config.data.value, Path::new("from-env"));
    assert_eq!(config.data.origin, Origin::Environment("SLUICEGATE_DATA"));
    assert_eq!(config.log.value, "warn");
    assert!(matches!(config.log.origin, Origin::File(_)));
    assert_eq!(config.mode.origin, Origin::Default);
}

#[test]
fn the_clock_is_shifted_in_development_only() {
    let shifted = Place { dev_clock_offset: Some("+90d".into()), ..Place::default() };
    assert!(read(&shifted, &[]).is_err());
    let flag = Place { development: true, ..shifted.clone() };
    let config = read(&flag, &[]).unwrap();
    assert_eq!(config.dev_clock_offset.value.0, TimeDelta::days(90));
    assert!(read(&flag, &[("SLUICEGATE_MODE", "production")]).is_err());
    assert!(read(&shifted, &[("SLUICEGATE_MODE", "development")]).is_ok());
    assert!(read(&Place::default(), &[("SLUICEGATE_DEV_CLOCK_OFFSET", "+1d")]).is_err());
}

#[test]
fn mistakes_are_named_with_their_origin() {
    let (_folder, place) = file("lisen = 'x'");
    assert!(read(&place, &[]).unwrap_err().to_string().contains("lisen"));
    let error = read(&Place::default(), &[("SLUICEGATE_MODE", "prod")]).unwrap_err();
    assert!(error.to_string().contains("SLUICEGATE_MODE"), "{error}");
    let missing = Place { config: Some("no/such.toml".into()), ..Place::default() };
    assert!(read(&missing, &[]).is_err());
}

#[test]
fn the_writers_are_bounded() {
    let (_folder, place) = file("max_batch = 64\nwriters = 4");
    let config = read(&place, &[("SLUICEGATE_WRITERS", "8")]).unwrap();
    assert_eq!((config.max_batch.value.0, config.writers.value.0), (64, 8));
    for wrong in ["0", "513", "-1", "many"] {
        assert!(read(&Place::default(), &[("SLUICEGATE_MAX_BATCH", wrong)]).is_err(), "{wrong}");
    }
}

#[test]
fn sessions_end_soon_unless_somebody_says_otherwise() {
    let usual = read(&Place::default(), &[]).unwrap();
    assert_eq!((usual.session_idle_minutes.value.0, usual.session_hours.value.0), (30, 12));
    let (_folder, place) = file("session_idle_minutes = 15\nsession_hours = 8");
    let config = read(&place, &[("SLUICEGATE_SESSION_HOURS", "10")]).unwrap();
    assert_eq!((config.session_idle_minutes.value.0, config.session_hours.value.0), (15, 10));
    for wrong in ["0", "169", "-1"] {
        assert!(read(&Place::default(), &[("SLUICEGATE_SESSION_HOURS", wrong)]).is_err());
    }
}

#[test]
fn a_second_factor_is_optional_unless_somebody_says_otherwise() {
    let usual = read(&Place::default(), &[]).unwrap();
    assert_eq!(usual.second_factor.value, SecondFactor::Optional);
    let (_folder, place) = file("second_factor = \"required\"");
    assert_eq!(read(&place, &[]).unwrap().second_factor.value, SecondFactor::Required);
    assert!(read(&Place::default(), &[("SLUICEGATE_SECOND_FACTOR", "yes")]).is_err());
}

#[test]
fn offsets_read_and_print() {
    for (text, printed) in
        [("+90d", "+90d"), ("12h", "+12h"), ("-2w", "-14d"), ("+90m", "+90m"), ("0", "0")]
    {
        assert_eq!(text.parse::<Offset>().unwrap().to_string(), printed);
    }
    for wrong in ["", "+", "d", "+d", "+1y", "+1dd", "99999999999999999999d", "+9999999999d"] {
        assert!(wrong.parse::<Offset>().is_err(), "{wrong}");
    }
}

#[test]
fn a_password_is_never_shown() {
    let shown = without_password("postgres://ann:se@cret@db:5432/x");
    assert_eq!(shown, "postgres://ann@db:5432/x");
    assert_eq!(without_password("postgres://db/x"), "postgres://db/x");
}
