import{i as _,r as w,a as x,A as r,b as a}from"./lit.js";import{n as k,t as z,i as f,l as $,a as O,I as E,w as N,k as C,d as j}from"./tones.js";function I(e){window.customCards??=[],window.customCards.some(t=>t.type===e.type)||window.customCards.push(e)}const u="immich_syncthing",D="sensor.status";function m(e){const t=new Map;for(const n of Object.values(e.entities)){if(n?.platform!==u||!n.device_id||!n.translation_key)continue;const o=`${n.entity_id.split(".",1)[0]}.${n.translation_key}`,s=t.get(n.device_id)??{};s[o]=n.entity_id,t.set(n.device_id,s)}return new Map([...t].filter(([,n])=>D in n))}function b(e,t){return t.device||t.entity&&e.entities[t.entity]?.device_id||void 0}function A(e,t){const n=e.entities[t];if(!(n?.platform!==u||!n.device_id))return m(e).has(n.device_id)?n.device_id:void 0}function p(e){const t=e?.state.trim()?Number(e.state):Number.NaN;return Number.isFinite(t)?t:void 0}function g(e){return e&&!Number.isNaN(Date.parse(e.state))?e.state:void 0}const F={en:{card:"Photo folder",description:"A phone's folder that is kept in agreement with Immich: its status, numbers, last photo and buttons.",choose:"Choose a folder in the settings of this card.",gone:"This folder is not in Home Assistant any more. Choose another one in the settings of this card.",pause:"Pause",resume:"Resume",review:"Decide",device:"Folder",name:"Name",hide_photo:"Hide the last photo",hide_counts:"Hide the numbers",hide_buttons:"Hide the buttons"},de:{card:"Fotoordner",description:"Ein Ordner des Handys, der mit Immich im Einklang gehalten wird: Status, Zahlen, letztes Foto und Knöpfe.",choose:"Wähle in den Einstellungen dieser Karte einen Ordner.",gone:"Diesen Ordner gibt es in Home Assistant nicht mehr. Wähle in den Einstellungen dieser Karte einen anderen.",pause:"Pausieren",resume:"Fortsetzen",review:"Entscheiden",device:"Ordner",name:"Name",hide_photo:"Letztes Foto ausblenden",hide_counts:"Zahlen ausblenden",hide_buttons:"Knöpfe ausblenden"},es:{card:"Carpeta de fotos",description:"Una carpeta del teléfono que se mantiene en concordancia con Immich: estado, cifras, última foto y botones.",choose:"Elige una carpeta en los ajustes de esta tarjeta.",gone:"Esta carpeta ya no está en Home Assistant. Elige otra en los ajustes de esta tarjeta.",pause:"Pausar",resume:"Reanudar",review:"Decidir",device:"Carpeta",name:"Nombre",hide_photo:"Ocultar la última foto",hide_counts:"Ocultar las cifras",hide_buttons:"Ocultar los botones"},fr:{card:"Dossier de photos",description:"Un dossier du téléphone tenu en accord avec Immich : état, nombres, dernière photo et boutons.",choose:"Choisissez un dossier dans les réglages de cette carte.",gone:"Ce dossier n'est plus dans Home Assistant. Choisissez-en un autre dans les réglages de cette carte.",pause:"Mettre en pause",resume:"Reprendre",review:"Décider",device:"Dossier",name:"Nom",hide_photo:"Masquer la dernière photo",hide_counts:"Masquer les nombres",hide_buttons:"Masquer les boutons"},it:{card:"Cartella di foto",description:"Una cartella del telefono tenuta in accordo con Immich: stato, numeri, ultima foto e pulsanti.",choose:"Scegli una cartella nelle impostazioni di questa scheda.",gone:"Questa cartella non è più in Home Assistant. Scegline un'altra nelle impostazioni di questa scheda.",pause:"Metti in pausa",resume:"Riprendi",review:"Decidi",device:"Cartella",name:"Nome",hide_photo:"Nascondi l'ultima foto",hide_counts:"Nascondi i numeri",hide_buttons:"Nascondi i pulsanti"},nl:{card:"Fotomap",description:"Een map van de telefoon die in overeenstemming met Immich blijft: status, aantallen, laatste foto en knoppen.",choose:"Kies een map in de instellingen van deze kaart.",gone:"Deze map is niet meer in Home Assistant. Kies een andere in de instellingen van deze kaart.",pause:"Pauzeren",resume:"Hervatten",review:"Beslissen",device:"Map",name:"Naam",hide_photo:"Laatste foto verbergen",hide_counts:"Aantallen verbergen",hide_buttons:"Knoppen verbergen"},pl:{card:"Folder ze zdjęciami",description:"Folder z telefonu utrzymywany w zgodzie z Immich: stan, liczby, ostatnie zdjęcie i przyciski.",choose:"Wybierz folder w ustawieniach tej karty.",gone:"Tego folderu nie ma już w Home Assistant. Wybierz inny w ustawieniach tej karty.",pause:"Wstrzymaj",resume:"Wznów",review:"Zdecyduj",device:"Folder",name:"Nazwa",hide_photo:"Ukryj ostatnie zdjęcie",hide_counts:"Ukryj liczby",hide_buttons:"Ukryj przyciski"},"pt-BR":{card:"Pasta de fotos",description:"Uma pasta do celular mantida em concordância com o Immich: estado, números, última foto e botões.",choose:"Escolha uma pasta nas configurações deste cartão.",gone:"Esta pasta não está mais no Home Assistant. Escolha outra nas configurações deste cartão.",pause:"Pausar",resume:"Retomar",review:"Decidir",device:"Pasta",name:"Nome",hide_photo:"Ocultar a última foto",hide_counts:"Ocultar os números",hide_buttons:"Ocultar os botões"},sv:{card:"Fotomapp",description:"En mapp på telefonen som hålls i överensstämmelse med Immich: status, antal, senaste foto och knappar.",choose:"Välj en mapp i kortets inställningar.",gone:"Mappen finns inte längre i Home Assistant. Välj en annan i kortets inställningar.",pause:"Pausa",resume:"Återuppta",review:"Besluta",device:"Mapp",name:"Namn",hide_photo:"Dölj senaste foto",hide_counts:"Dölj antalen",hide_buttons:"Dölj knapparna"},"zh-Hans":{card:"照片文件夹",description:"与 Immich 保持一致的手机文件夹：状态、数量、最近的照片和按钮。",choose:"请在此卡片的设置中选择一个文件夹。",gone:"Home Assistant 中已没有此文件夹。请在此卡片的设置中选择其他文件夹。",pause:"暂停",resume:"恢复",review:"去决定",device:"文件夹",name:"名称",hide_photo:"隐藏最近的照片",hide_counts:"隐藏数量",hide_buttons:"隐藏按钮"}};function l(e){return F[k(e)]}const H={filter:{integration:u,model:"Folder"}};function P(){return{schema:[{name:"device",selector:{device:H}},{name:"name",selector:{text:{}}},{name:"hide_photo",selector:{boolean:{}}},{name:"hide_counts",selector:{boolean:{}}},{name:"hide_buttons",selector:{boolean:{}}}],computeLabel:e=>l(document.documentElement.lang)[e.name]}}const M=_`
  :host {
    display: block;
    container-type: inline-size;
  }
  ha-card {
    display: flex;
    flex-direction: column;
    gap: 12px;
    padding: 12px;
    block-size: 100%;
    box-sizing: border-box;
    overflow: hidden;
    color: var(--primary-text-color, #141414);
  }
  button {
    font: inherit;
    color: inherit;
    text-align: start;
    background: none;
    border: none;
    margin: 0;
    padding: 0;
    cursor: pointer;
    border-radius: 8px;
  }
  button:focus-visible {
    outline: 2px solid var(--primary-color, #009ac7);
    outline-offset: 2px;
  }
  .empty {
    margin: 4px;
    color: var(--secondary-text-color, #5e5e5e);
  }
  .head {
    display: flex;
    gap: 12px;
    align-items: center;
  }
  .photo {
    flex: none;
    inline-size: 72px;
    block-size: 72px;
    border-radius: 8px;
    overflow: hidden;
    background: var(--secondary-background-color, #e5e5e5);
  }
  .photo img {
    display: block;
    inline-size: 100%;
    block-size: 100%;
    object-fit: cover;
  }
  .photo.none {
    display: grid;
    place-items: center;
  }
  .photo.none > span {
    inline-size: 32px;
    block-size: 32px;
    color: var(--secondary-text-color, #5e5e5e);
  }
  .summary {
    flex: 1;
    min-inline-size: 0;
    display: flex;
    flex-direction: column;
    gap: 2px;
  }
  .name {
    font-weight: 500;
    font-size: 16px;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .status {
    display: flex;
    gap: 6px;
    align-items: center;
  }
  .status .icon {
    flex: none;
    inline-size: 18px;
    block-size: 18px;
    color: var(--tone);
  }
  .good {
    --tone: var(--success-color, #43a047);
  }
  .busy {
    --tone: var(--info-color, #039be5);
  }
  .asks {
    --tone: var(--warning-color, #ffa600);
  }
  .bad {
    --tone: var(--error-color, #db4437);
  }
  .rests {
    --tone: var(--secondary-text-color, #5e5e5e);
  }
  .detail,
  .label {
    font-size: 12px;
    color: var(--secondary-text-color, #5e5e5e);
  }
  .bar {
    block-size: 6px;
    border-radius: 3px;
    overflow: hidden;
    background: var(--secondary-background-color, #e5e5e5);
  }
  .bar .done {
    block-size: 100%;
    background: var(--info-color, #039be5);
  }
  .counts {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(96px, 1fr));
    gap: 8px;
  }
  .count {
    display: flex;
    flex-direction: column;
    padding: 8px;
    background: var(--secondary-background-color, #f0f0f0);
  }
  .number {
    font-size: 18px;
    font-weight: 500;
  }
  .buttons {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    margin-block-start: auto;
  }
  .action {
    flex: 1;
    min-block-size: 40px;
    padding-inline: 12px;
    text-align: center;
    border: 1px solid var(--divider-color, #b0b0b0);
    border-radius: 20px;
  }
  .action.main {
    color: var(--text-primary-color, #fff);
    background: var(--primary-color, #006787);
    border-color: transparent;
  }
  @container (max-width: 240px) {
    .photo {
      inline-size: 48px;
      block-size: 48px;
    }
  }
`;var S=Object.defineProperty,R=Object.getOwnPropertyDescriptor,y=(e,t,n,o)=>{for(var s=o>1?void 0:o?R(t,n):t,i=e.length-1,c;i>=0;i--)(c=e[i])&&(s=(o?c(t,n,s):c(s))||s);return o&&s&&S(t,n,s),s};const h="immich-syncthing-folder",v="immich-syncthing",U=[["sensor.linked",!0],["sensor.to_read",!1],["sensor.to_upload",!0],["sensor.held",!1],["sensor.failed",!1],["sensor.released",!1]],W=6e4;let d=class extends x{constructor(){super(...arguments),this.shown=0,this.entities={},this.isGone=!1}static getConfigForm(){return P()}static getStubConfig(e){const t=m(e).keys().next();return t.done?{}:{device:t.value}}setConfig(e){for(const t of["device","entity","name"])if(e[t]!==void 0&&e[t]!==null&&typeof e[t]!="string")throw new Error(`"${t}" must be a text.`);this.config=e,this.look(),this.shown+=1}set hass(e){const t=this.house;this.house=e;const n=t?.entities===e.entities&&t.devices===e.devices;n||this.look();const o=t?.localize===e.localize&&t.language===e.language&&t.locale===e.locale,s=Object.values(this.entities).every(i=>t?.states[i]===e.states[i]);n&&o&&s&&t.panels===e.panels||(this.shown+=1)}getCardSize(){return 4}getGridOptions(){return{columns:12,min_columns:6,rows:"auto"}}connectedCallback(){super.connectedCallback(),this.clock=window.setInterval(()=>{this.shown+=1},W)}disconnectedCallback(){super.disconnectedCallback(),window.clearInterval(this.clock)}render(){const e=this.house,t=this.config;if(!e||!t)return r;const n=l(e.language),o=this.entity("sensor.status");return o?a`<ha-card>
      <div class="head">
        ${t.hide_photo?r:this.photo(e)} ${this.summary(e,t,o)}
      </div>
      ${this.progress(e,o)} ${t.hide_counts?r:this.counts(e)}
      ${t.hide_buttons?r:this.buttons(e,n)}
    </ha-card>`:a`<ha-card><p class="empty">${this.isGone?n.gone:n.choose}</p></ha-card>`}summary(e,t,n){const o=e.devices[b(e,t)??""],s=t.name||o?.name_by_user||o?.name||"",i=g(this.entity("sensor.last_change")),c=this.doing(e,n);return a`<button class="summary" @click=${()=>this.moreInfo("sensor.status")}>
      <span class="name"><bdi>${s}</bdi></span>
      <span class="status ${z(n.state)}">
        <span class="icon">${f($(n.state))}</span>
        <span>${e.formatEntityState(n)}</span>
      </span>
      ${c?a`<span class="detail">${c}</span>`:r}
      ${i?a`<span class="detail">${this.nameOf(e,"sensor.last_change")}: ${O(i,e.language)}</span>`:r}
    </button>`}doing(e,t){const{step:n,done:o,total:s,wait_reason:i}=t.attributes;if(n){const c=s?`: ${this.count(e,Number(o))} / ${this.count(e,Number(s))}`:"";return e.formatEntityAttributeValue(t,"step")+c}return i?e.formatEntityAttributeValue(t,"wait_reason"):""}photo(e){const t=this.entity("image.last_photo"),n=t?.attributes.entity_picture;if(!t||!g(t)||typeof n!="string"||n===this.brokenPicture)return a`<span class="photo none"><span>${f(E)}</span></span>`;const o=e.hassUrl?e.hassUrl(n):n;return a`<button class="photo" @click=${()=>this.moreInfo("image.last_photo")}>
      <img
        src=${`${o}${o.includes("?")?"&":"?"}state=${encodeURIComponent(t.state)}`}
        alt=${this.nameOf(e,"image.last_photo")}
        decoding="async"
        @error=${()=>this.hide(n)}
      />
    </button>`}progress(e,t){const n=p(this.entity("sensor.progress"));return t.state!=="uploading"||n===void 0?r:a`<div
      class="bar"
      role="progressbar"
      aria-label=${this.nameOf(e,"sensor.progress")}
      aria-valuemin="0"
      aria-valuemax="100"
      aria-valuenow=${n}
    >
      <div class="done" style="inline-size: ${n}%"></div>
    </div>`}counts(e){return a`<div class="counts">
      ${U.map(([t,n])=>{const o=p(this.entity(t));return o===void 0||o===0&&!n?r:a`<button class="count" @click=${()=>this.moreInfo(t)}>
          <span class="number">${this.count(e,o)}</span>
          <span class="label">${this.nameOf(e,t)}</span>
        </button>`})}
    </div>`}buttons(e,t){const n=this.entity("switch.sync")?.state==="off",o=(p(this.entity("sensor.held"))??0)>0&&v in(e.panels??{}),s=this.entities["button.sync_now"],i=this.entities["switch.sync"];return a`<div class="buttons">
      ${o?a`<button class="action main" @click=${this.review}>${t.review}</button>`:r}
      ${s&&!n?a`<button class="action" @click=${()=>this.call("button","press",s)}>
              ${this.nameOf(e,"button.sync_now")}
            </button>`:r}
      ${i?a`<button
              class="action"
              @click=${()=>this.call("switch",n?"turn_on":"turn_off",i)}
            >
              ${n?t.resume:t.pause}
            </button>`:r}
    </div>`}look(){if(!this.house||!this.config)return;const e=b(this.house,this.config),t=e?m(this.house).get(e):void 0;this.entities=t??{},this.isGone=!t&&!!(this.config.device||this.config.entity)}entity(e){const t=this.entities[e];return t?this.house?.states[t]:void 0}nameOf(e,t){return e.localize(`component.${u}.entity.${t}.name`)||t}count(e,t){return N(t,e.language,e.locale?.number_format)}hide(e){this.brokenPicture=e,this.shown+=1}async call(e,t,n){await this.house?.callService(e,t,{},{entity_id:n})}moreInfo(e){const t={entityId:this.entities[e]};this.dispatchEvent(new CustomEvent("hass-more-info",{detail:t,bubbles:!0,composed:!0}))}review(){C(`/${v}/review`)}};d.styles=M;y([w()],d.prototype,"shown",2);d=y([j(h)],d);function L(e,t){const n=A(e,t);return n?{config:{type:`custom:${h}`,device:n}}:null}const K={type:h,get name(){return l(document.documentElement.lang).card},get description(){return l(document.documentElement.lang).description},preview:!0,getEntitySuggestion:L};I(K);export{h as CARD,d as FolderCard};
