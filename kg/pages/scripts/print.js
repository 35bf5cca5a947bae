// On paper: the view in view in black on white, the picture drawn sharp, the evidence of what is chosen, and what it
// was all made from. It is put together when printing begins and taken away again afterwards.

function onWhite(drawing) {
  const page = colour('page');
  for (const one of drawing.querySelectorAll('*')) {
    for (const { name, value } of [...one.attributes]) if (value === page) one.setAttribute(name, '#fff');
  }
  return drawing;
}

function makePrint() {
  let paper = null, screenTheme = null;
  function before() {
    if (paper) return;
    screenTheme = document.documentElement.dataset.theme;
    // Whatever has its colours from the theme is drawn anew.
    setTheme('light');
    if (screenTheme !== 'light') updateView();
    paper = [];
    let told = [filtersInWords(), madeFromWords(), sourceWords()];
    if (chosen.view === 'network' && actors.size) {
      // Before the stage gives way: where only the media says that this is paper, that takes its size away.
      const now = picture.drawing(), drawing = onWhite(networkDrawing(now, false));
      drawing.setAttribute('class', 'on-paper');
      frameOf(viewNamed('network')).append(drawing);
      paper.push(drawing);
      told = networkNotes(now);
    }
    document.documentElement.dataset.paper = '';
    const notes = [`${viewNamed(chosen.view).title} view. ${noted([periodWords(), countWords()])}`, ...told, addressed ? viewAddress() : ''].filter(Boolean);
    const foot = element('footer', { class: 'made-of' }, notes.map(text => element('p', { dir: 'auto' }, text)));
    document.body.append(foot);
    paper.push(foot);
  }
  function after() {
    if (!paper) return;
    for (const part of paper) part.remove();
    paper = null;
    delete document.documentElement.dataset.paper;
    setTheme(screenTheme);
    if (screenTheme !== 'light') updateView();
  }
  addEventListener('beforeprint', before);
  addEventListener('afterprint', after);
  matchMedia('print').addEventListener('change', event => { if (event.matches) before(); else after(); });
}
