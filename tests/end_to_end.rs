//! The built page in a real browser, and what it shows held against the library and the command line. It serves
//! `dist/` as it stands, and builds nothing.
//!
//! Needs `scripts/build.sh` to have run, and Chromium with its driver: `CHROMIUM` and `CHROMEDRIVER`, or on the PATH.

mod end_to_end {
    mod address;
    mod bring;
    mod browser;
    mod chart;
    mod chart_marks;
    mod command_line;
    mod commands;
    mod compare;
    mod controls;
    mod decide;
    mod decide_stories;
    mod devices;
    mod effects;
    mod fit;
    mod formulas;
    mod guide;
    mod keyboard;
    mod language;
    mod later;
    mod listings;
    mod models;
    mod modes;
    mod narrow;
    mod notices;
    mod number_boxes;
    mod paces;
    mod page;
    mod policy;
    mod rows;
    mod server;
    mod shape;
    mod share;
    mod sliders;
    mod start;
    mod steps;
    mod stories;
    mod strip;
    mod unanswered;
    mod verification;
    mod workbench;
    mod workbench_answers;
}
