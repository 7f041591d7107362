// Runs the self-test in a frame of its own, and says so when it stays silent: that is what a blank pop looks like.

const PATIENCE = 8000;

export function createSelfTest({ window, origin, place, button, tell, texts, hash }) {
  let frame = null;
  let alarm = 0;

  function run() {
    window.clearTimeout(alarm);
    place.textContent = "";
    place.hidden = false;
    frame = window.document.createElement("iframe");
    frame.title = button.textContent.trim();
    frame.src = `${origin}/pop/self-test/${hash}`;
    place.append(frame);
    tell(texts.selfTestRunning);
    alarm = window.setTimeout(() => {
      place.hidden = true;
      tell(texts.selfTestSilent.split("{origin}").join(origin), true);
    }, PATIENCE);
  }

  window.addEventListener("message", (event) => {
    if (!frame || event.origin !== origin || event.source !== frame.contentWindow) return;
    const report = event.data;
    if (!report || report.source !== "screenpop-self-test" || !Array.isArray(report.results)) return;
    window.clearTimeout(alarm);
    const count = (state) => String(report.results.filter((result) => result.state === state).length);
    const words = ["ok", "warn", "fail"].reduce((text, state) => text.replace(`{${state}}`, count(state)), texts.selfTestDone);
    tell(words, count("fail") !== "0");
  });
  button.addEventListener("click", run);
}
