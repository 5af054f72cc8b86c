//! Says where the console's built site is: `HOOKLOFT_SITE`, else `site` in cargo's target folder.

use std::path::{Path, PathBuf};

fn main() {
    println!("cargo:rerun-if-env-changed=HOOKLOFT_SITE");
    let site = site_folder();
    println!("cargo:rustc-env=HOOKLOFT_SITE={}", site.display());
    if std::env::var_os("CARGO_FEATURE_EMBED").is_some() {
        println!("cargo:rerun-if-changed={}", site.display());
        assert!(
            has_wasm(&site),
            "the feature `embed` needs the console's built site in {}; `make release` builds it first",
            site.display()
        );
    }
}

fn site_folder() -> PathBuf {
    if let Some(given) = std::env::var_os("HOOKLOFT_SITE") {
        let given = PathBuf::from(given);
        return if given.is_absolute() { given } else { workspace().join(given) };
    }
    // OUT_DIR is <target>/[<triple>/]<profile>/build/server-<hash>/out.
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets it"));
    let above_profile = out.ancestors().nth(4).expect("OUT_DIR is that deep");
    let has_triple = above_profile.file_name() == std::env::var_os("TARGET").as_deref();
    let target = if has_triple { above_profile.parent().unwrap_or(above_profile) } else { above_profile };
    target.join("site")
}

fn workspace() -> PathBuf {
    let package = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    package.parent().map_or(package.clone(), Path::to_path_buf)
}

fn has_wasm(site: &Path) -> bool {
    let entries = std::fs::read_dir(site.join("pkg")).into_iter().flatten().flatten();
    entries.into_iter().any(|entry| entry.path().extension().is_some_and(|extension| extension == "wasm"))
}
