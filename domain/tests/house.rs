//! The arrows between the crates: imports point down only.

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
