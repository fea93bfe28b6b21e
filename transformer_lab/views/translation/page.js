// TranslationView in a page that carries the model: the view, and what translates there. Where Python answers, none of this is
// loaded.

/** @import { Host } from "../common/types.js" */

import { carriedTranslator } from "./carried.js";
import { renderTranslation } from "./view.js";

/** @param {Host} host */
export const render = (host) => renderTranslation(host, carriedTranslator(host.model));
