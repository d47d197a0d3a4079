/** The card's visual editor: Home Assistant draws it of this description. */

import { DOMAIN } from "./folder-device";
import { type CardWords, cardWords } from "./words";

export interface FormField {
  name: keyof CardWords;
  selector: Record<string, unknown>;
}

export interface CardForm {
  schema: FormField[];
  computeLabel(field: FormField): string;
}

/** The model is what the integration calls its devices of folders, in every language. */
const ONLY_FOLDERS = { filter: { integration: DOMAIN, model: "Folder" } };

export function cardForm(): CardForm {
  return {
    schema: [
      { name: "device", selector: { device: ONLY_FOLDERS } },
      { name: "name", selector: { text: {} } },
      { name: "hide_photo", selector: { boolean: {} } },
      { name: "hide_counts", selector: { boolean: {} } },
      { name: "hide_buttons", selector: { boolean: {} } },
    ],
    computeLabel: (field) => cardWords(document.documentElement.lang)[field.name],
  };
}
