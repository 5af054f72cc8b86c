//! What no compiler sees to: imports point down only, `docs/coverage.md` names tests that there are, and `README.md` files
//! and folders.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

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

/// What `README.md` names in the target folder.
const BUILT: [&str; 1] = ["release/"];
/// Folders with files that are not ours; the one of git has other names in each clone.
const NOT_OURS: [&str; 3] = [".git", "node_modules", "target"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn dependencies(member: &str) -> BTreeSet<String> {
    let path = root().join(member).join("Cargo.toml");
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
    let read = |file: &str| {
        std::fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
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

/// Every file as `/folder/file` and every folder as `/folder/`, from the root of the repository.
fn paths(folder: &Path, name: &str, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder is readable") {
        let entry = entry.expect("an entry is readable");
        let file_name = entry.file_name().to_string_lossy().into_owned();
        if NOT_OURS.contains(&file_name.as_str()) {
            continue;
        }
        let name = format!("{name}/{file_name}");
        if entry.file_type().expect("an entry has a type").is_dir() {
            paths(&entry.path(), &name, found);
            found.insert(format!("{name}/"));
        } else {
            found.insert(name);
        }
    }
}

#[test]
fn every_file_and_folder_that_the_readme_names_is_there() {
    let mut there = BTreeSet::new();
    paths(&root(), "", &mut there);
    let readme = std::fs::read_to_string(root().join("README.md")).expect("there is one");
    let endings = [".rs", ".ts", ".mjs", ".sh", ".md", ".toml", "/"];
    let is_path = |text: &&str| {
        let has_path_letters =
            text.chars().all(|letter| letter.is_ascii_alphanumeric() || "._-/".contains(letter));
        has_path_letters
            && !text.starts_with(['/', '.'])
            && endings.iter().any(|ending| text.ends_with(ending))
    };
    // Between backticks, and at the beginnings of the lines of the map.
    let quoted = readme.split('`').skip(1).step_by(2);
    let mapped = readme.lines().filter_map(|line| line.split_whitespace().next());
    let named: Vec<&str> =
        quoted.chain(mapped).filter(is_path).filter(|path| !BUILT.contains(path)).collect();
    assert!(named.len() > 20, "it is read wrongly: {named:?}");
    for path in named {
        // A walkthrough that has come to a folder names its files without it.
        let ending = format!("/{path}");
        assert!(
            there.iter().any(|found| found.ends_with(&ending)),
            "README.md names `{path}`, which is not there"
        );
    }
}
