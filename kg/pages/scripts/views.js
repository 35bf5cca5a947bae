// Views: each adds itself; the shell makes its tab and its panel. One is visible at a time.

const views = [];
function addView(view) {
  views.push(view);
}
const viewNamed = name => views.find(view => view.name === name);

addChoice({
  fresh: () => ({ view: 'network' }),
  read(link, choices) {
    if (viewNamed(link.get('view'))) choices.view = link.get('view');
  },
  write(link) {
    if (chosen.view !== 'network') link.set('view', chosen.view);
  },
});

const tabOf = view => byId('tab-' + view.name), frameOf = view => byId('view-' + view.name);

function makeViews() {
  for (const view of views) {
    byId('tabs').append(element('button', { role: 'tab', id: 'tab-' + view.name, 'aria-controls': 'view-' + view.name,
      onclick: () => setView(view.name), onkeydown: event => walkTabs(event, view) }, view.title));
    // The frame of the network stands in the page, because its picture needs it from the start.
    if (!frameOf(view)) {
      byId('time').before(element('div', { id: 'view-' + view.name, role: 'tabpanel', 'aria-labelledby': 'tab-' + view.name, tabindex: 0, hidden: true }));
    }
    Object.assign(view, view.make(frameOf(view)));
  }
}
function walkTabs(event, view) {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key], here = views.indexOf(view);
  const to = event.key === 'Home' ? 0 : event.key === 'End' ? views.length - 1 : step ? (here + step + views.length) % views.length : null;
  if (to === null) return;
  event.preventDefault();
  setView(views[to].name);
  tabOf(views[to]).focus();
}

function setView(name) {
  const returns = frameOf(viewNamed(name)).hidden;
  chosen.view = name;
  document.body.dataset.view = name;
  for (const view of views) {
    const here = view.name === name;
    frameOf(view).hidden = !here;
    tabOf(view).setAttribute('aria-selected', String(here));
    tabOf(view).tabIndex = here ? 0 : -1;
  }
  hideSheets();
  update();
  // While it was hidden a view missed every change of size; it is put right before the reader can point.
  const view = viewNamed(name);
  if (returns && view.adapt) view.adapt();
}
// Only what is visible is drawn.
function updateView() {
  const view = viewNamed(chosen.view);
  if (!frameOf(view).hidden) view.update();
}

addView({ name: 'network', title: 'Network', make: () => ({
  update: () => picture.update(),
  adapt: () => { picture.adapt(); picture.redraw(); },
  svg: networkSvg,
  data: () => ({
    columns: ['from', 'relation', 'to', 'statements', 'first', 'last', 'sources'],
    rows: [...shown.edges].map(([id, ids]) => {
      const edge = edges.get(id), behind = ids.map(one => statements.get(one)), dates = behind.map(one => one.date).filter(Boolean).sort();
      return [nameOf(edge.from), relations.get(edge.relation).label, nameOf(edge.to), ids.length, dates[0] || '', dates[dates.length - 1] || '',
        new Set(behind.flatMap(one => one.sources || [])).size];
    }),
  }),
}) });

// ---- sheets of the phone

function hideSheets() {
  document.body.classList.remove('filters', 'overview');
  byId('open-filters').setAttribute('aria-expanded', 'false');
}
function makeSheets() {
  byId('open-filters').addEventListener('click', () => {
    const open = document.body.classList.toggle('filters');
    byId('open-filters').setAttribute('aria-expanded', String(open));
    if (open) byId('rail').focus();
  });
  byId('close-filters').addEventListener('click', () => { hideSheets(); byId('open-filters').focus(); });
  byId('open-overview').addEventListener('click', () => {
    chooseNothing();
    document.body.classList.add('overview');
    byId('panel').scrollTop = 0;
    byId('panel').focus();
  });
  byId('panel').addEventListener('keydown', event => {
    if (event.key !== 'Escape') return;
    chooseNothing();
    (chosen.view === 'network' ? byId('picture') : frameOf(viewNamed(chosen.view))).focus();
  });
}
