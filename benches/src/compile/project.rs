//! Writes a workspace of generated crates, and compiles them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

use super::clock::{Time, run, time};
use super::kinds::{Kind, program};
use crate::target::target;

/// The folder of all generated crates, with one target directory for all of them.
pub(super) struct Workspace {
    folder: PathBuf,
    target: PathBuf,
}

/// One generated crate.
pub(super) struct Member<'w> {
    workspace: &'w Workspace,
    pub(super) name: String,
    folder: PathBuf,
}

const MANIFEST: &str = "[workspace]
resolver = \"3\"
members = [\"members/*\"]

[profile.release]
strip = true
";

/// What is set for a build and would make another one of a child's.
const INHERITED: [&str; 6] = [
    "CARGO_BUILD_TARGET",
    "CARGO_ENCODED_RUSTFLAGS",
    "CARGO_INCREMENTAL",
    "RUSTC_WORKSPACE_WRAPPER",
    "RUSTC_WRAPPER",
    "RUSTFLAGS",
];

impl Workspace {
    /// With the versions that our own workspace has locked.
    pub(super) fn new() -> io::Result<Self> {
        let folder = target()?.join("benches").join("compile");
        let members = folder.join("members");
        if members.exists() {
            fs::remove_dir_all(&members)?;
        }
        fs::create_dir_all(&members)?;
        fs::write(folder.join("Cargo.toml"), MANIFEST)?;
        fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock"))?;
        let target = folder.join("target");
        Ok(Workspace { folder, target })
    }

    /// The crate with `count` functions of this kind.
    pub(super) fn functions(&self, kind: Kind, count: usize) -> io::Result<Member<'_>> {
        let name = format!("{}_{count}", kind.stem());
        let member = self.member(name, kind.dependency(), &kind.source(count))?;
        member.ensure("main.rs", &program(&member.name))?;
        Ok(member)
    }

    pub(super) fn member(
        &self,
        name: String,
        dependency: Option<&str>,
        source: &str,
    ) -> io::Result<Member<'_>> {
        let folder = self.folder.join("members").join(&name);
        fs::create_dir_all(folder.join("src"))?;
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n[dependencies]\n{}",
            dependency.map(requirement).unwrap_or_default()
        );
        write_if_changed(&folder.join("Cargo.toml"), &manifest)?;
        let member = Member {
            workspace: self,
            name,
            folder,
        };
        member.ensure("lib.rs", source)?;
        Ok(member)
    }

    /// Another target directory, which is empty.
    pub(super) fn empty_target(&self) -> io::Result<PathBuf> {
        let target = self.folder.join("cold");
        if target.exists() {
            fs::remove_dir_all(&target)?;
        }
        Ok(target)
    }

    pub(super) fn target(&self) -> &Path {
        &self.target
    }

    pub(super) fn cargo(&self) -> Command {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        for name in INHERITED {
            command.env_remove(name);
        }
        command
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", &self.target);
        command
    }
}

impl Member<'_> {
    /// Leaves the file as it is if that is what it says: what was compiled stays fresh.
    fn ensure(&self, file: &str, text: &str) -> io::Result<()> {
        write_if_changed(&self.folder.join("src").join(file), text)
    }

    /// Writes the file also if that is what it says: the crate is to be compiled again.
    pub(super) fn write(&self, file: &str, text: &str) -> io::Result<()> {
        fs::write(self.folder.join("src").join(file), text)
    }

    pub(super) fn library(&self) -> PathBuf {
        self.folder.join("src").join("lib.rs")
    }

    /// Compiles the crate, with what it depends on where that has not been done.
    pub(super) fn compile(&self, how: &[&str]) -> io::Result<String> {
        let output = run(&mut self.command(how))?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    pub(super) fn time(&self, how: &[&str]) -> io::Result<Time> {
        Ok(time(&mut self.command(how))?.0)
    }

    pub(super) fn command(&self, how: &[&str]) -> Command {
        let mut command = self.workspace.cargo();
        command.args(how).args(["--quiet", "--package", &self.name]);
        command
    }

    /// Drops what the compiler has kept for the next time it compiles the crate.
    pub(super) fn forget(&self) -> io::Result<()> {
        let kept = self.workspace.target.join("debug").join("incremental");
        let Ok(entries) = fs::read_dir(kept) else {
            return Ok(());
        };
        let beginning = format!("{}-", self.name);
        for entry in entries {
            let entry = entry?;
            if entry.file_name().to_string_lossy().starts_with(&beginning) {
                fs::remove_dir_all(entry.path())?;
            }
        }
        Ok(())
    }
}

fn write_if_changed(file: &Path, text: &str) -> io::Result<()> {
    match fs::read_to_string(file) {
        Ok(said) if said == text => Ok(()),
        _ => fs::write(file, text),
    }
}

/// The line of a manifest that asks for this crate.
fn requirement(name: &str) -> String {
    match name {
        "guard-core" => {
            let path = root().join("guard-core");
            format!("guard-core = {{ path = {:?} }}\n", path.display().to_string())
        }
        "tracing" => "tracing = { version = \"0.1\", default-features = false, features = [\"attributes\"] }\n".to_owned(),
        "scopeguard" => "scopeguard = \"1.2\"\n".to_owned(),
        other => format!("{other} = \"0.1\"\n"),
    }
}

/// The names of the packages that cargo says it has compiled, each with a file made of it.
pub(super) fn artifacts(messages: &str) -> Vec<(String, PathBuf)> {
    let parse = |line: &str| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        let package = message.get("package_id")?.as_str()?.to_owned();
        let file = message.get("filenames")?.get(0)?.as_str()?;
        Some((package, PathBuf::from(file)))
    };
    messages.lines().filter_map(parse).collect()
}

/// How many packages there are among them, build scripts not counted twice.
pub(super) fn packages(messages: &str) -> usize {
    let artifacts = artifacts(messages);
    let names: BTreeSet<_> = artifacts.iter().map(|(package, _)| package).collect();
    names.len()
}

/// Where our own workspace is.
fn root() -> PathBuf {
    let benches = Path::new(env!("CARGO_MANIFEST_DIR"));
    benches.parent().unwrap_or(benches).to_owned()
}

#[cfg(test)]
mod tests {
    use super::{artifacts, packages};

    const MESSAGES: &str = r#"{"reason":"compiler-artifact","package_id":"a 1","filenames":["/t/build-a"]}
{"reason":"compiler-artifact","package_id":"a 1","filenames":["/t/liba.rmeta"]}
{"reason":"build-script-executed","package_id":"a 1"}
{"reason":"compiler-artifact","package_id":"b 1","filenames":["/t/libb.rmeta","/t/libb.rlib"]}
{"reason":"build-finished","success":true}"#;

    #[test]
    fn a_package_is_counted_once() {
        assert_eq!(packages(MESSAGES), 2);
    }

    #[test]
    fn artifacts_have_files() {
        let files: Vec<_> = artifacts(MESSAGES)
            .into_iter()
            .map(|(_, file)| file)
            .collect();
        assert_eq!(
            files,
            ["/t/build-a", "/t/liba.rmeta", "/t/libb.rmeta"].map(Into::into)
                as [std::path::PathBuf; 3]
        );
    }
}
