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
      onclick: () => setView(view.name) }, view.title));
    // The frame of the network stands in the page, because its picture needs it from the start.
    if (!frameOf(view)) {
      byId('time').before(element('div', { id: 'view-' + view.name, role: 'tabpanel', 'aria-labelledby': 'tab-' + view.name, tabindex: 0, hidden: true }));
    }
    Object.assign(view, view.make(frameOf(view)));
  }
  onKeys(byId('tabs'), 'tabs', {
    step: event => walkTabs(views.indexOf(viewNamed(chosen.view)) + (event.key === 'ArrowLeft' ? -1 : 1)),
    end: event => walkTabs(event.key === 'Home' ? 0 : -1),
  });
}
function walkTabs(to) {
  const view = views[(to + views.length) % views.length];
  setView(view.name);
  tabOf(view).focus();
}

function showFrameOf(name) {
  document.body.dataset.view = name;
  for (const view of views) {
    const here = view.name === name;
    frameOf(view).hidden = !here;
    tabOf(view).setAttribute('aria-selected', String(here));
    tabOf(view).tabIndex = here ? 0 : -1;
  }
}
function setView(name) {
  const returns = frameOf(viewNamed(name)).hidden;
  chosen.view = name;
  showFrameOf(name);
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

// Where the keyboard stands in the view in view: its picture, cell or dot; without one, the view itself.
function focusView() {
  const view = viewNamed(chosen.view), spot = view.spot ? view.spot() : null;
  (spot && spot.getClientRects().length ? spot : frameOf(view)).focus({ preventScroll: true });
}
// To what is told of the choice; where nothing is told, to the view.
function toEvidence() {
  if (byId('panel').getClientRects().length) byId('panel').focus({ preventScroll: true }); else focusView();
}

addView({ name: 'network', title: 'Network', make: () => ({
  update: () => picture.update(),
  spot: () => byId('picture'),
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
  const closeFilters = () => {
    if (!document.body.classList.contains('filters')) return false;
    hideSheets();
    return byId('open-filters').focus();
  };
  byId('close-filters').addEventListener('click', closeFilters);
  onKeys(byId('rail'), 'open', { close: closeFilters });
  byId('open-overview').addEventListener('click', () => {
    chooseNothing();
    document.body.classList.add('overview');
    byId('panel').scrollTop = 0;
    byId('panel').focus();
  });
  onKeys(byId('panel'), 'panel', { clear: leavePanel });
  // Whoever goes on from a sheet shall not stand on something under it.
  for (const [sheet, name] of [['rail', 'filters'], ['panel', 'overview']]) {
    byId(sheet).addEventListener('focusout', ({ relatedTarget: to }) => {
      if (to && to !== byId('open-' + name) && !byId(sheet).contains(to) && document.body.classList.contains(name)) hideSheets();
    });
  }
  for (const [id, go] of [['skip-view', focusView], ['skip-panel', toEvidence]]) {
    // The fragment of the address holds the view, so a skip must not change it.
    byId(id).addEventListener('click', event => { event.preventDefault(); go(); });
  }
}
// Out of what is told of the choice, back to where one came from.
function leavePanel() {
  const overview = document.body.classList.contains('overview');
  chooseNothing();
  if (overview) byId('open-overview').focus(); else focusView();
}
