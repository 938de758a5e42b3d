// Starts the program, and tells the truth when it cannot be fetched or started. The build joins the program's own scripts to
// it (scripts/split/place.sh). It is a file of its own because the page forbids scripts in the document. It has no texts,
// which stand in index.html, and knows nothing of the page itself.
try {
  const address = new URL("page_bg.wasm", import.meta.url);
  // Compiled while it comes. What is wrong with it, the script below tells, which then fetches it again.
  const program = WebAssembly.compileStreaming(fetch(address)).catch(() => address);
  const { default: start } = await import("./page.js");
  await start({ module_or_path: await program });
} catch (error) {
  reportError(error); // To the console, and to the program if it came so far.
  // Once the program runs, this is gone; what fails from then on, the program tells (web::crash).
  document.getElementById("boot-loading")?.remove();
  document.getElementById("boot-failed")?.removeAttribute("hidden");
  document.getElementById("boot")?.classList.add("is-failed");
}
