// As a part of another page: ?embed in the address, embed=1 in its fragment, or a frame with the name "embed" (one made
// of a string has no address) hides all but the picture. The evidence comes as a sheet, and below stands what this is and the way to the full page.
// With "time" as its value the period stays.

const embedAsked = new URLSearchParams(location.search).get('embed') ?? new URLSearchParams(location.hash.slice(1)).get('embed')
  ?? (window.name === 'embed' ? '1' : null);
const embedded = embedAsked !== null && embedAsked !== '0';
const embedInFragment = embedded && new URLSearchParams(location.hash.slice(1)).has('embed');

addChoice({
  fresh: () => ({}),
  read() { /* asked once, when the page opens */ },
  write(link) {
    if (embedInFragment) link.set('embed', embedAsked === 'time' ? 'time' : '1');
  },
});

function makeEmbed() {
  if (!embedded) return;
  document.documentElement.dataset.embed = embedAsked === 'time' ? 'time' : 'picture';
  const full = element('a', { target: '_blank', rel: 'noopener' }, 'Open the full page');
  // The link is right at the moment at which it is followed.
  const renew = () => { full.href = viewAddress(); };
  for (const before of ['pointerenter', 'pointerdown', 'focus', 'keydown']) full.addEventListener(before, renew);
  renew();
  document.body.append(element('footer', { class: 'credits' },
    element('div', {}, element('h1', { dir: 'auto' }, theDocument.title || 'Network'), element('span', {}, noted([plural(statements.size, 'statement'),
      sources.size ? plural(sources.size, 'source') : '', Number.isFinite(firstMonth) ? `${monthText(firstMonth)} – ${monthText(finalMonth)}` : '']))),
    addressed ? full : null));
}
