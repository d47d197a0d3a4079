/** The card's own words. What Home Assistant has words for, such as states and names of entities, it says itself. */

import { type Language, nearest } from "../languages";

export interface CardWords {
  card: string;
  description: string;
  choose: string;
  gone: string;
  pause: string;
  resume: string;
  review: string;
  device: string;
  name: string;
  hide_photo: string;
  hide_counts: string;
  hide_buttons: string;
}

const WORDS: Readonly<Record<Language, CardWords>> = {
  en: {
    card: "Photo folder",
    description: "A phone's folder that is kept in agreement with Immich: its status, numbers, last photo and buttons.",
    choose: "Choose a folder in the settings of this card.",
    gone: "This folder is not in Home Assistant any more. Choose another one in the settings of this card.",
    pause: "Pause",
    resume: "Resume",
    review: "Decide",
    device: "Folder",
    name: "Name",
    hide_photo: "Hide the last photo",
    hide_counts: "Hide the numbers",
    hide_buttons: "Hide the buttons",
  },
  de: {
    card: "Fotoordner",
    description: "Ein Ordner des Handys, der mit Immich im Einklang gehalten wird: Status, Zahlen, letztes Foto und Knöpfe.",
    choose: "Wähle in den Einstellungen dieser Karte einen Ordner.",
    gone: "Diesen Ordner gibt es in Home Assistant nicht mehr. Wähle in den Einstellungen dieser Karte einen anderen.",
    pause: "Pausieren",
    resume: "Fortsetzen",
    review: "Entscheiden",
    device: "Ordner",
    name: "Name",
    hide_photo: "Letztes Foto ausblenden",
    hide_counts: "Zahlen ausblenden",
    hide_buttons: "Knöpfe ausblenden",
  },
  es: {
    card: "Carpeta de fotos",
    description: "Una carpeta del teléfono que se mantiene en concordancia con Immich: estado, cifras, última foto y botones.",
    choose: "Elige una carpeta en los ajustes de esta tarjeta.",
    gone: "Esta carpeta ya no está en Home Assistant. Elige otra en los ajustes de esta tarjeta.",
    pause: "Pausar",
    resume: "Reanudar",
    review: "Decidir",
    device: "Carpeta",
    name: "Nombre",
    hide_photo: "Ocultar la última foto",
    hide_counts: "Ocultar las cifras",
    hide_buttons: "Ocultar los botones",
  },
  fr: {
    card: "Dossier de photos",
    description: "Un dossier du téléphone tenu en accord avec Immich : état, nombres, dernière photo et boutons.",
    choose: "Choisissez un dossier dans les réglages de cette carte.",
    gone: "Ce dossier n'est plus dans Home Assistant. Choisissez-en un autre dans les réglages de cette carte.",
    pause: "Mettre en pause",
    resume: "Reprendre",
    review: "Décider",
    device: "Dossier",
    name: "Nom",
    hide_photo: "Masquer la dernière photo",
    hide_counts: "Masquer les nombres",
    hide_buttons: "Masquer les boutons",
  },
  it: {
    card: "Cartella di foto",
    description: "Una cartella del telefono tenuta in accordo con Immich: stato, numeri, ultima foto e pulsanti.",
    choose: "Scegli una cartella nelle impostazioni di questa scheda.",
    gone: "Questa cartella non è più in Home Assistant. Scegline un'altra nelle impostazioni di questa scheda.",
    pause: "Metti in pausa",
    resume: "Riprendi",
    review: "Decidi",
    device: "Cartella",
    name: "Nome",
    hide_photo: "Nascondi l'ultima foto",
    hide_counts: "Nascondi i numeri",
    hide_buttons: "Nascondi i pulsanti",
  },
  nl: {
    card: "Fotomap",
    description: "Een map van de telefoon die in overeenstemming met Immich blijft: status, aantallen, laatste foto en knoppen.",
    choose: "Kies een map in de instellingen van deze kaart.",
    gone: "Deze map is niet meer in Home Assistant. Kies een andere in de instellingen van deze kaart.",
    pause: "Pauzeren",
    resume: "Hervatten",
    review: "Beslissen",
    device: "Map",
    name: "Naam",
    hide_photo: "Laatste foto verbergen",
    hide_counts: "Aantallen verbergen",
    hide_buttons: "Knoppen verbergen",
  },
  pl: {
    card: "Folder ze zdjęciami",
    description: "Folder z telefonu utrzymywany w zgodzie z Immich: stan, liczby, ostatnie zdjęcie i przyciski.",
    choose: "Wybierz folder w ustawieniach tej karty.",
    gone: "Tego folderu nie ma już w Home Assistant. Wybierz inny w ustawieniach tej karty.",
    pause: "Wstrzymaj",
    resume: "Wznów",
    review: "Zdecyduj",
    device: "Folder",
    name: "Nazwa",
    hide_photo: "Ukryj ostatnie zdjęcie",
    hide_counts: "Ukryj liczby",
    hide_buttons: "Ukryj przyciski",
  },
  "pt-BR": {
    card: "Pasta de fotos",
    description: "Uma pasta do celular mantida em concordância com o Immich: estado, números, última foto e botões.",
    choose: "Escolha uma pasta nas configurações deste cartão.",
    gone: "Esta pasta não está mais no Home Assistant. Escolha outra nas configurações deste cartão.",
    pause: "Pausar",
    resume: "Retomar",
    review: "Decidir",
    device: "Pasta",
    name: "Nome",
    hide_photo: "Ocultar a última foto",
    hide_counts: "Ocultar os números",
    hide_buttons: "Ocultar os botões",
  },
  sv: {
    card: "Fotomapp",
    description: "En mapp på telefonen som hålls i överensstämmelse med Immich: status, antal, senaste foto och knappar.",
    choose: "Välj en mapp i kortets inställningar.",
    gone: "Mappen finns inte längre i Home Assistant. Välj en annan i kortets inställningar.",
    pause: "Pausa",
    resume: "Återuppta",
    review: "Besluta",
    device: "Mapp",
    name: "Namn",
    hide_photo: "Dölj senaste foto",
    hide_counts: "Dölj antalen",
    hide_buttons: "Dölj knapparna",
  },
  "zh-Hans": {
    card: "照片文件夹",
    description: "与 Immich 保持一致的手机文件夹：状态、数量、最近的照片和按钮。",
    choose: "请在此卡片的设置中选择一个文件夹。",
    gone: "Home Assistant 中已没有此文件夹。请在此卡片的设置中选择其他文件夹。",
    pause: "暂停",
    resume: "恢复",
    review: "去决定",
    device: "文件夹",
    name: "名称",
    hide_photo: "隐藏最近的照片",
    hide_counts: "隐藏数量",
    hide_buttons: "隐藏按钮",
  },
};

/** The words of a language as Home Assistant names it, e.g. `de-CH`. */
export function cardWords(language: string): CardWords {
  return WORDS[nearest(language)];
}
