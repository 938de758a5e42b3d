//! A web server for the folder `dist/`, as small as whoever hosts the page may run, with the header that
//! `docs/hosting.md` recommends. It knows no page.

use super::policy::POLICY;
use std::collections::HashMap;
use std::path::Path;
use std::sync::OnceLock;
use tiny_http::{Header, Request, Response, Server};

/// The page lies here as well as at the server's root.
pub const FOLDER: &str = "/tools/vram/";

/// The address of the served page, without a slash at its end. The server starts at the first call and ends with the
/// process; whatever is built meanwhile, all tests see the same page.
pub fn address() -> &'static str {
    static ADDRESS: OnceLock<String> = OnceLock::new();
    ADDRESS.get_or_init(|| {
        let files = read_dist();
        let server = Server::http("127.0.0.1:0").expect("a port of this machine to listen on");
        let port = server.server_addr().to_ip().expect("an internet address").port();
        std::thread::spawn(move || server.incoming_requests().for_each(|request| answer(&files, request)));
        format!("http://127.0.0.1:{port}")
    })
}

/// The files of `dist/` by their paths in it.
fn read_dist() -> HashMap<String, Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("dist");
    let missing = "There is no built page in dist/: run scripts/build.sh before the end-to-end tests.";
    assert!(folder.join("index.html").is_file(), "{missing}");
    let mut res = HashMap::new();
    read_folder(&folder, "", &mut res);
    res
}

fn read_folder(folder: &Path, prefix: &str, res: &mut HashMap<String, Vec<u8>>) {
    for entry in std::fs::read_dir(folder).expect("a folder of the built page") {
        let path = entry.expect("an entry of dist/").path();
        let name = path.file_name().and_then(|it| it.to_str()).expect("a name in UTF-8");
        if path.is_dir() {
            read_folder(&path, &format!("{prefix}{name}/"), res);
        } else {
            res.insert(format!("{prefix}{name}"), std::fs::read(&path).expect("a readable file"));
        }
    }
}

fn answer(files: &HashMap<String, Vec<u8>>, request: Request) {
    let path = request.url().split(['?', '#']).next().unwrap_or_default();
    let path = path.strip_prefix(FOLDER).or(path.strip_prefix('/')).unwrap_or(path);
    let path = if path.is_empty() { "index.html" } else { path };
    let response = match files.get(path) {
        Some(content) => Response::from_data(content.clone()).with_header(header("Content-Type", content_type(path))),
        None => Response::from_string("not found").with_status_code(404),
    };
    // A browser that goes away in the middle of an answer has its reasons.
    let _ = request.respond(response.with_header(header("Content-Security-Policy", POLICY)));
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

fn header(name: &str, value: &str) -> Header {
    Header::from_bytes(name, value).expect("a header in ASCII")
}
