// The start of the page, and the buttons of its head.

const prefersDark = matchMedia('(prefers-color-scheme: dark)');
const showTheme = () => setTheme(chosen.theme || (prefersDark.matches ? 'dark' : 'light'));
for (const wish of [prefersDark, matchMedia('(prefers-contrast: more)'), matchMedia('(forced-colors: active)')]) {
  wish.addEventListener('change', () => { showTheme(); update(); });
}
byId('theme').addEventListener('click', () => {
  chosen.theme = document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark';
  showTheme();
  update();
});
byId('zoom-in').addEventListener('click', () => picture.zoomBy(1.3));
byId('zoom-out').addEventListener('click', () => picture.zoomBy(1 / 1.3));
byId('zoom-fit').addEventListener('click', () => picture.fit(null, true));

function restore() {
  chosen = choicesFromLink();
  showTheme();
  shown = whatIsShown();
}
restore();
picture = (theDocument.engine === 'canvas' ? makeCanvas : makePicture)(id => chooseActor(id), chooseLine, chooseNothing);
time = makeTime(() => { update(); announceCount(); });
makeViews();
makeSheets();
makeExport();
makeEmbed();
makePrint();
makeKeys();
addEventListener('hashchange', () => {
  if (location.hash.slice(1) === linkText()) return;
  restore();
  setView(chosen.view);
  if (chosen.camera) picture.setCamera(chosen.camera); else if (picture.camera()) picture.refit();
});

window.kgPage = Object.freeze({
  edgePoint: picture.edgePoint, actorPoint: picture.actorPoint, labels: picture.labels, link: linkText, shownParts: picture.shownParts,
  views: Object.freeze(views.map(view => view.name)),
  data: () => viewNamed(chosen.view).data(), svg: () => viewNamed(chosen.view).svg(),
});

function showPicture() {
  picture.fit();
  picture.refit();
  picture.update();
  if (chosen.camera) picture.setCamera(chosen.camera);
}
function showRest() {
  makeRail();
  setView(chosen.view);
}
const nowReady = () => { document.documentElement.dataset.ready = 'yes'; };
if (chosen.view === 'network' && !anythingChosen()) {
  // The picture comes first: what stands around it is worked out once it is on the screen, which it is when the frame
  // after its own begins. Frames do not come to a page that nobody sees, so that is not waited for for ever.
  const goOn = once(() => { showRest(); nowReady(); });
  showFrameOf(chosen.view);
  showPicture();
  requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(goOn)));
  setTimeout(goOn, 400);
} else {
  showRest();
  showPicture();
  nowReady();
}
