// Flash's safety puzzle (Geetest v3), alone in a sandboxed frame: foreign script never runs beside a login token.
// Says ready, gets one challenge from the page around it, answers shown, then solved, closed or failed.
(() => {
  'use strict';
  const config = JSON.parse(document.getElementById('config').textContent);
  const { nonce } = document.currentScript;
  // The frame's origin is opaque, so there is no secret to address and no name to address it by: '*'.
  const say = (type, more) => window.parent.postMessage({ type, ...more }, '*');

  // In an opaque origin reading cookies or storage throws; puzzle scripts expect both to exist, be they empty.
  const memory = () => {
    const held = new Map();
    return {
      getItem: (key) => held.get(String(key)) ?? null,
      setItem: (key, value) => void held.set(String(key), String(value)),
      removeItem: (key) => void held.delete(String(key)),
      clear: () => held.clear(),
    };
  };
  for (const name of ['localStorage', 'sessionStorage']) {
    Object.defineProperty(window, name, { value: memory(), configurable: true });
  }
  Object.defineProperty(document, 'cookie', { get: () => '', set: () => {}, configurable: true });

  function play(challenge) {
    window.initGeetest({
      gt: challenge.id,
      challenge: challenge.challengeCode,
      offline: challenge.failbackMode,
      new_captcha: challenge.newCaptcha,
      product: 'bind',
      lang: 'en',
      https: true,
    }, (puzzle) => {
      puzzle.onReady(() => { say('shown'); puzzle.verify(); });
      puzzle.onSuccess(() => {
        const answer = puzzle.getValidate();
        if (!answer) return say('failed');
        say('solved', {
          challengeCode: answer.geetest_challenge,
          validationCode: answer.geetest_validate,
          secCode: answer.geetest_seccode,
        });
      });
      puzzle.onError(() => say('failed'));
      puzzle.onClose(() => say('closed'));
    });
  }

  function begin(event) {
    if (event.source !== window.parent || event.data?.type !== 'challenge') return;
    window.removeEventListener('message', begin);
    const script = document.createElement('script');
    script.nonce = nonce;
    script.src = config.geetest_script;
    script.onload = () => { try { play(event.data); } catch { say('failed'); } };
    script.onerror = () => say('failed');
    document.head.append(script);
  }

  window.addEventListener('message', begin);
  say('ready');
})();
