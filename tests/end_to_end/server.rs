//! A web server for the folder `dist/`, as small as whoever hosts the page may run, with the header that
//! `docs/hosting.md` recommends. It knows no page.

use super::policy::POLICY;
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::OnceLock;

/// The page lies here as well as at the server's root.
pub const FOLDER: &str = "/tools/vram/";

/// The address of the served page, without a slash at its end. The server starts at the first call and ends with the
/// process; whatever is built meanwhile, all tests see the same page.
pub fn address() -> &'static str {
    static ADDRESS: OnceLock<String> = OnceLock::new();
    ADDRESS.get_or_init(|| {
        let files: &'static HashMap<String, Vec<u8>> = Box::leak(Box::new(read_dist()));
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port of this machine to listen on");
        let port = listener.local_addr().expect("an internet address").port();
        // A thread for each connection: a browser may leave an answer unread until it has others, as it does with the
        // parts of a program, so that none may wait for another. With a pool of threads a page now and then never came.
        std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                // A browser that goes away in the middle of an answer has its reasons.
                std::thread::spawn(move || drop(answer(files, connection)));
            }
        });
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

/// Reads one request, of which the first line counts, and answers it; then the connection is closed.
fn answer(files: &HashMap<String, Vec<u8>>, connection: TcpStream) -> std::io::Result<()> {
    let mut lines = BufReader::new(&connection).lines();
    let request = lines.next().transpose()?.unwrap_or_default();
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    let url = request.split(' ').nth(1).unwrap_or_default();
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let path = path.strip_prefix(FOLDER).or(path.strip_prefix('/')).unwrap_or(path);
    let path = if path.is_empty() { "index.html" } else { path };
    let (status, content) = match files.get(path) {
        Some(content) => ("200 OK", content.as_slice()),
        None => ("404 Not Found", b"not found".as_slice()),
    };
    let (length, kind) = (content.len(), content_type(path));
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\
         Content-Security-Policy: {POLICY}\r\nConnection: close\r\n\r\n"
    );
    (&connection).write_all(head.as_bytes())?;
    (&connection).write_all(content)
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
