// Scripts, and the data of large networks, take most of the bytes of a page, so they are carried compressed. What comes
// out runs only if it is, byte for byte, one of the scripts whose hashes the policy names: a text that was slipped in
// does not run, and data never does.
(async () => {
  'use strict';
  const kinds = window.trustedTypes || { createPolicy: (name, rules) => rules };
  const trusted = kinds.createPolicy('kg', { createScript: text => text });
  if (!window.DecompressionStream) {
    document.body.prepend('This page needs a browser of 2023 or later. Its data stands in this file as JSON, compressed where it is much.');
    return;
  }
  const packed = [...document.querySelectorAll('script.packed')];
  const texts = await Promise.all(packed.map(one => {
    const letters = atob(one.textContent), bytes = new Uint8Array(letters.length);
    for (let index = 0; index < letters.length; index += 1) bytes[index] = letters.charCodeAt(index);
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'))).text();
  }));
  packed.forEach((one, index) => {
    if (one.type === 'application/json') {
      one.text = trusted.createScript(texts[index]);
      return;
    }
    const script = document.createElement('script');
    script.text = trusted.createScript(texts[index]);
    one.replaceWith(script);
  });
})();
