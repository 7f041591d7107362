// Parts of the page that most pops never need are loaded when somebody needs them.

/** `failed` tells the person that a part could not be loaded; the next try loads it anew. */
export function createLater(failed) {
  return function later(load, make) {
    let made = null;
    let loading = null;
    function loaded() {
      loading = loading || load().then((module) => (made = make(module))).catch((problem) => {
        loading = null;
        throw problem;
      });
      return loading;
    }
    return {
      load: loaded,
      /** The part, or null while nobody needed it. */
      made: () => made,
      use: (what) => (made ? Promise.resolve(what(made)) : loaded().then(what, failed)),
    };
  };
}
