// SHA-256 (FIPS 180-4) for pages without crypto.subtle, which browsers give to https and localhost only.
// sha256Hex(ArrayBuffer) -> promise of hex text; the native one is taken when there is one. Works in slices, so that
// the page answers meanwhile.
(function () {
  "use strict";

  const SLICE = 1024 * 1024;
  const K = new Uint32Array(64);
  const START = new Uint32Array(8);

  // The constants are the first bits of the fractions of cube and square roots of the first primes.
  (function () {
    let count = 0;
    for (let number = 2; count < 64; number += 1) {
      let prime = true;
      for (let by = 2; by * by <= number; by += 1) {
        prime = prime && number % by !== 0;
      }
      if (prime) {
        if (count < 8) {
          START[count] = (Math.sqrt(number) % 1) * 4294967296;
        }
        K[count] = (Math.cbrt(number) % 1) * 4294967296;
        count += 1;
      }
    }
  })();

  const words = new Uint32Array(64);

  function block(state, view, at) {
    for (let i = 0; i < 16; i += 1) {
      words[i] = view.getUint32(at + i * 4);
    }
    for (let i = 16; i < 64; i += 1) {
      const a = words[i - 15];
      const b = words[i - 2];
      const s0 = ((a >>> 7) | (a << 25)) ^ ((a >>> 18) | (a << 14)) ^ (a >>> 3);
      const s1 = ((b >>> 17) | (b << 15)) ^ ((b >>> 19) | (b << 13)) ^ (b >>> 10);
      words[i] = (words[i - 16] + s0 + words[i - 7] + s1) | 0;
    }
    let a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
    for (let i = 0; i < 64; i += 1) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + words[i]) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
    }
    state[0] += a; state[1] += b; state[2] += c; state[3] += d;
    state[4] += e; state[5] += f; state[6] += g; state[7] += h;
  }

  function ending(buffer, from) {
    const rest = buffer.byteLength - from;
    const tail = new Uint8Array(rest + 9 <= 64 ? 64 : 128);
    tail.set(new Uint8Array(buffer, from));
    tail[rest] = 0x80;
    const view = new DataView(tail.buffer);
    view.setUint32(tail.length - 8, Math.floor(buffer.byteLength / 0x20000000));
    view.setUint32(tail.length - 4, buffer.byteLength << 3);
    return view;
  }

  function hex(bytes) {
    return Array.from(bytes, function (byte) { return byte.toString(16).padStart(2, "0"); }).join("");
  }

  async function ours(buffer) {
    const state = START.slice();
    const whole = buffer.byteLength - (buffer.byteLength % 64);
    const view = new DataView(buffer);
    for (let at = 0; at < whole; at += 64) {
      block(state, view, at);
      if (at % SLICE === SLICE - 64) {
        await new Promise(function (go) { setTimeout(go, 0); });
      }
    }
    const last = ending(buffer, whole);
    for (let at = 0; at < last.byteLength; at += 64) {
      block(state, last, at);
    }
    return Array.from(state, function (word) { return word.toString(16).padStart(8, "0"); }).join("");
  }

  window.sha256Hex = async function (buffer) {
    if (window.crypto && window.crypto.subtle) {
      return hex(new Uint8Array(await window.crypto.subtle.digest("SHA-256", buffer)));
    }
    return ours(buffer);
  };
})();
