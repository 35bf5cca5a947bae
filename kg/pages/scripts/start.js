// The start of the page, and the buttons of its head.

const prefersDark = matchMedia('(prefers-color-scheme: dark)');
const showTheme = () => { document.documentElement.dataset.theme = chosen.theme || (prefersDark.matches ? 'dark' : 'light'); };
prefersDark.addEventListener('change', () => { showTheme(); update(); });
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
makeRail();
makeViews();
makeSheets();
makeExport();
makeEmbed();
makePrint();
makeKeys();
setView(chosen.view);
picture.fit();
picture.refit();
picture.update();
if (chosen.camera) picture.setCamera(chosen.camera);
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
document.documentElement.dataset.ready = 'yes';
