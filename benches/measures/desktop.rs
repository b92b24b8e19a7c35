//! Measures of the whole program on a desktop of their own.

#[cfg(feature = "harper")]
mod fix;
mod idle;
mod press;
mod server;
mod session;
mod start;
mod world;

use std::time::Duration;

use crate::distribution::Distribution;
use press::Times;
use world::World;

/// As the targets are said.
const WATCHED_FOR: Duration = Duration::from_secs(60);
const WATCHED_SHORTLY: Duration = Duration::from_secs(10);

/// Takes the measures that are wanted, in the order in which a user meets them.
pub fn measure(wanted: &dyn Fn(&str) -> bool, short: bool) {
    let fewer = |times: usize| if short { times / 10 } else { times };
    if wanted("press") {
        println!("\n### A key press\n");
        press::measure(&Times { small: fewer(1000), large: fewer(300), script: fewer(100) });
    }
    #[cfg(feature = "harper")]
    if wanted("fix") {
        println!("\n### A correction without a model\n");
        fix::measure(fewer(200), fewer(20));
    }
    if wanted("start") {
        println!("\n### A start\n\n{}", Distribution::HEAD);
        let world = World::start();
        start::of_the_daemon(&world, fewer(50));
        start::of_a_command(&world, fewer(200));
        start::of_the_program();
    }
    if wanted("idle") {
        println!("\n### Idle\n");
        idle::measure(if short { WATCHED_SHORTLY } else { WATCHED_FOR });
    }
}
