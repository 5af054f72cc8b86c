//! What no compiler sees to: imports point down only, and `docs/coverage.md` names tests that there are.

use std::collections::BTreeSet;
use std::path::Path;

/// Who may import whom.
const ARROWS: [(&str, &[&str]); 8] = [
    ("domain", &[]),
    ("migrations", &[]),
    ("storage", &["domain", "migrations"]),
    ("services", &["domain", "storage"]),
    ("app", &["domain", "services"]),
    ("frontend", &["app"]),
    ("server", &["app", "domain", "services", "storage"]),
    ("bench", &["domain"]),
];

/// Crates that talk to databases, and who may name them.
const DATABASE: [(&str, &[&str]); 3] =
    [("sea-orm", &["storage"]), ("sqlx", &["storage"]), ("sea-orm-migration", &["storage", "migrations"])];

fn dependencies(member: &str) -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(member).join("Cargo.toml");
    let text = std::fs::read_to_string(&path).expect("every member has a manifest");
    let manifest: toml::Table = text.parse().expect("cargo reads it, too");
    ["dependencies", "dev-dependencies", "build-dependencies"]
        .iter()
        .filter_map(|section| manifest.get(*section)?.as_table())
        .flat_map(|section| section.keys().cloned())
        .collect()
}

#[test]
fn imports_point_down_only() {
    let ours: BTreeSet<&str> = ARROWS.iter().map(|(member, _)| *member).collect();
    for (member, allowed) in ARROWS {
        let allowed: BTreeSet<&str> = allowed.iter().copied().collect();
        for dependency in dependencies(member) {
            let is_ours = ours.contains(dependency.as_str());
            assert!(
                !is_ours || allowed.contains(dependency.as_str()),
                "{member} may not import {dependency}"
            );
        }
    }
}

#[test]
fn only_storage_and_migrations_see_the_database() {
    for (member, _) in ARROWS {
        let dependencies = dependencies(member);
        for (library, allowed) in DATABASE {
            assert!(
                !dependencies.contains(library) || allowed.contains(&member),
                "{member} may not import {library}"
            );
        }
    }
}

#[test]
fn every_test_that_the_coverage_names_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let read = |file: &str| {
        std::fs::read_to_string(root.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
    };
    let coverage = read("docs/coverage.md");
    let tests: Vec<&str> = coverage
        .lines()
        .filter(|line| line.starts_with("| "))
        .filter_map(|line| line.rsplit('|').nth(1))
        .flat_map(|cell| cell.split(';'))
        .collect();
    assert!(tests.len() > 100, "the table is read wrongly: {tests:?}");
    for test in tests {
        let mut names = test.split('`').skip(1).step_by(2);
        let Some(file) = names.next() else { continue };
        let code = read(file);
        for name in names {
            assert!(code.contains(&format!("fn {name}(")), "there is no `{name}` in {file}");
        }
    }
}
