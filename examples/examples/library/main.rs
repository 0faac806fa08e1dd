//! The library in pictures: what each process does, as its page in the documentation shows it.
//!
//! A picture is made by the smallest network that shows the process. They are written as SVG for pages, whose
//! colours they take, to `target/library`, or to the folder that the program is given.

#![allow(clippy::print_stdout, reason = "a program prints")]

mod continual;
mod data;
mod graded;
mod integrate_and_fire;
mod leaky;
mod learning;
mod memory;
mod resonate;
mod sheet;
mod sources;
mod synapses;

use std::path::PathBuf;

use lava::Result;
use lava::plot::Figure;

/// The pictures of a family of processes, by the names of their files.
type Family = &'static [(&'static str, fn() -> Result<Figure>)];

const FAMILIES: [Family; 10] = [
    leaky::PICTURES,
    integrate_and_fire::PICTURES,
    resonate::PICTURES,
    graded::PICTURES,
    continual::PICTURES,
    synapses::PICTURES,
    learning::PICTURES,
    sources::PICTURES,
    data::PICTURES,
    memory::PICTURES,
];

fn main() -> anyhow::Result<()> {
    let folder = std::env::args_os().nth(1);
    let folder = folder.map_or_else(|| PathBuf::from("target/library"), PathBuf::from);
    std::fs::create_dir_all(&folder)?;
    for (name, picture) in FAMILIES.into_iter().flatten() {
        let svg = picture()?.to_svg()?;
        println!("{name:<24} {:>6} bytes", svg.len());
        assert!(
            !svg.contains("\n\n"),
            "a blank line would end the picture on a page"
        );
        std::fs::write(folder.join(format!("{name}.svg")), svg)?;
    }
    println!("\npictures in {}", folder.display());
    Ok(())
}
