import{i as m,n as d,r as c,a as H,b as r,A as l,c as A}from"./lit.js";import{n as Ht,a as Ut,i as f,I as Bt,P as Mt,d as x,C as ht,U as dt,b as Dt,c as ot,D as At,Q as jt,A as Wt,e as Gt,f as Ft,g as Vt,h as Kt,S as Tt,M as Yt,j as Xt}from"./times.js";const nt="immich_syncthing",wt=[500,1e3,2e3,5e3];function U(e,t,s){return`/api/${nt}/media/${e}/${t}/${s}/thumbnail`}function y(e){const t=e?.message;return typeof t=="string"&&t!==""?t:String(e)}class Q{constructor(t,s){this.connection=t,this.language=s}static of(t){return new Q(t.connection,t.language)}overview(t,s){return this.follow("overview/subscribe",{},t,s)}newChanges(t,s,i){return this.follow("history/subscribe",{entry_id:t},s,void 0,i)}history(t,s){return this.ask("history",{entry_id:t,...s})}heldItems(t,s){return this.ask("hold/items",{entry_id:t.entry_id,hold_id:t.hold_id,...s})}answer(t,s,i){const{entry_id:o,hold_id:n,revision:a}=t;return this.ask("hold/answer",{entry_id:o,hold_id:n,revision:a,answer:s,...i?{items:i}:{}})}answers(t,s){return this.ask("answers",{entry_id:t,...s})}reconsider(t,s){return this.ask("reconsider",{entry_id:t,answer_id:s})}vault(t,s){return this.ask("vault/list",{entry_id:t,...s})}restore(t,s){return this.ask("vault/restore",{entry_id:t,checksums:s})}preview(t,s){return this.ask("preview",{entry_id:t,folder_id:s})}control(t,s,i){const{entry_id:o,folder_id:n}=t;return this.ask("folder/control",{entry_id:o,folder_id:n,do:s,...i?{hours:i}:{}})}async translations(t,s){const i={type:"frontend/get_translations",language:t,category:s,integration:[nt]};return(await this.connection.sendMessagePromise(i)).resources}message(t,s){return{type:`${nt}/${t}`,language:this.language,...s}}ask(t,s){return this.connection.sendMessagePromise(this.message(t,s))}follow(t,s,i,o,n){let a=!1,h=0,u,O;const D=async()=>{const p=++h;window.clearTimeout(u),O=void 0;for(let vt=0;!a&&p===h;vt++)try{const F=await this.connection.subscribeMessage(J=>{!a&&p===h&&i(J)},this.message(t,s),{resubscribe:!1});a||p!==h?F().catch(()=>{}):(O=F,n?.());return}catch(F){if(a||p!==h)return;o?.({code:String(F?.code??""),message:y(F)});const J=wt[Math.min(vt,wt.length-1)];await new Promise(Rt=>u=window.setTimeout(Rt,J))}},L=()=>{D()};return this.connection.addEventListener("ready",L),D(),()=>{a=!0,window.clearTimeout(u),this.connection.removeEventListener("ready",L),O?.().catch(()=>{})}}}const Qt=400,Zt=6;class Jt{constructor(t,s=Qt){this.load=t,this.limit=s,this.pictures=new Map,this.running=0}get size(){return this.pictures.size}take(t){const s=this.pictures.get(t)??this.wish(t);this.pictures.delete(t),this.pictures.set(t,s),s.uses++,this.next();let i=!1;const o=()=>{i||(i=!0,s.uses--,s.uses===0&&s.state!=="there"&&this.drop(s),this.trim())};return{url:s.url,release:o}}clear(){for(const t of this.pictures.values())this.drop(t)}wish(t){let s=()=>{};const i=new Promise(o=>s=o);return{path:t,abort:new AbortController,url:i,settle:s,state:"wanted",uses:0,object:null}}next(){for(const t of this.pictures.values()){if(this.running>=Zt)return;t.state==="wanted"&&this.fetch(t)}}async fetch(t){t.state="fetched",this.running++;try{const s=await this.load(t.path,{signal:t.abort.signal});s.ok?this.arrived(t,await s.blob()):s.status===404?this.arrived(t,null):this.drop(t)}catch{this.drop(t)}finally{this.running--,this.next()}}arrived(t,s){t.state==="fetched"&&(t.object=s===null?null:URL.createObjectURL(s),t.state="there",t.settle(t.object),this.trim())}trim(){for(const t of this.pictures.values()){if(this.pictures.size<=this.limit)return;t.uses===0&&this.drop(t)}}drop(t){t.state="gone",t.abort.abort(),t.settle(null),this.pictures.get(t.path)===t&&this.pictures.delete(t.path),t.object!==null&&URL.revokeObjectURL(t.object)}}const C=m`
  :host {
    display: block;
    color: var(--primary-text-color, #141414);
    font-family: var(--ha-font-family-body, Roboto, Noto, sans-serif);
    font-size: 14px;
    line-height: 1.45;
    --isp-accent: var(--primary-color, #009ac7);
    --isp-line: var(--divider-color, #e0e0e0);
    --isp-soft: var(--secondary-text-color, #5e5e5e);
    --isp-good: var(--success-color, #43a047);
    --isp-warn: var(--warning-color, #ffa600);
    --isp-bad: var(--error-color, #db4437);
  }
  * {
    box-sizing: border-box;
  }
  [hidden] {
    display: none !important;
  }
  h2,
  h3,
  p {
    margin: 0;
  }
  h2 {
    font-size: 18px;
    font-weight: 500;
  }
  h3 {
    font-size: 15px;
    font-weight: 500;
  }
  .card {
    background: var(--card-background-color, #fff);
    border: 1px solid var(--ha-card-border-color, var(--isp-line));
    border-radius: var(--ha-card-border-radius, 12px);
    padding: 16px;
  }
  .soft {
    color: var(--isp-soft);
  }
  .bad {
    /* The theme's colour alone is too pale to be read on its background. */
    color: color-mix(in srgb, var(--isp-bad) 70%, var(--primary-text-color, #141414));
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px;
  }
  .grow {
    flex: 1 1 auto;
    min-inline-size: 0;
  }
  .path {
    overflow-wrap: anywhere;
    unicode-bidi: plaintext;
  }
  .icon {
    display: inline-block;
    flex: none;
    inline-size: 1.3em;
    block-size: 1.3em;
    vertical-align: -0.3em;
  }
  .sr {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  button,
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 6px;
    min-block-size: 40px;
    padding: 6px 16px;
    border: 1px solid var(--isp-line);
    border-radius: 20px;
    background: transparent;
    color: var(--primary-text-color, #141414);
    font: inherit;
    font-weight: 500;
    text-decoration: none;
    cursor: pointer;
  }
  button:hover:not(:disabled),
  .button:hover {
    background: var(--secondary-background-color, #f0f0f0);
  }
  button:disabled {
    opacity: 0.5;
    cursor: default;
  }
  button.main {
    border-color: transparent;
    background: var(--primary-text-color, #141414);
    color: var(--card-background-color, #fff);
  }
  button.main:hover:not(:disabled) {
    opacity: 0.88;
  }
  button.plain {
    border-color: transparent;
  }
  :focus-visible {
    outline: 2px solid var(--isp-accent);
    outline-offset: 2px;
  }
  input,
  select {
    min-block-size: 40px;
    padding: 6px 12px;
    border: 1px solid var(--isp-soft);
    border-radius: 8px;
    background: var(--card-background-color, #fff);
    color: var(--primary-text-color, #141414);
    font: inherit;
  }
  .bar {
    display: block;
    inline-size: 100%;
    block-size: 8px;
    overflow: hidden;
    border-radius: 4px;
    background: var(--isp-line);
  }
  .bar > span {
    display: block;
    block-size: 100%;
    background: var(--isp-accent);
    transition: inline-size 0.4s;
  }
  .notice {
    display: flex;
    align-items: center;
    gap: 12px;
    padding: 12px 16px;
    border: 1px solid var(--isp-line);
    border-inline-start: 4px solid var(--isp-warn);
    border-radius: 8px;
    background: var(--card-background-color, #fff);
  }
  .notice.error {
    border-inline-start-color: var(--isp-bad);
  }
  .notice.done {
    border-inline-start-color: var(--isp-good);
  }
  @media (prefers-reduced-motion: reduce) {
    * {
      transition: none !important;
      animation: none !important;
    }
  }
`,te="Photos",ee="Menu",se="Settings",ie="Parts of this page",oe="Loading…",ne="Not known yet",re="Home Assistant does not answer. This page goes on by itself as soon as it does.",ae="Everything is stopped: nothing is uploaded or deleted until you resume it.",le="Overview",ce="To decide",he="No folder yet",de="Add one: Settings > Devices & services > Immich Syncthing > Add folder.",pe="What was done last",ue="Nothing was done yet.",fe="Look at the photos and decide",ve="{percent} in agreement",we="{count} file",ge="{count} files",me="in folder and Immich",be="only in the folder, on purpose",ye="only in Immich, on purpose",_e="to upload",$e="to decide",xe="failed",ke="being read",ze="{done} of {total}",Oe="Uploading",Se="{bytes}/s",Pe="and {count} more",Ce="and {count} more",Ee="{device} has everything",Me="{device} has {percent}",De="{device} is not connected",Ae="Compared {ago}",je="Not compared yet",Te="Sync now",Ne="Pause",Ie="Resume",qe="Nothing waits for your decision",Le="When more photos are deleted at once than passes without asking, they are shown here first, and nothing happens to them until you decide.",Re="{count} question waits for your answer",He="{count} questions wait for your answer",Ue="All questions",Be="Asked {ago}",We="More photos joined this question since you opened it. Your answer does not touch them.",Ge="Show them",Fe="{count} photo. Select it, or answer at once.",Ve="{count} photos. Select some, or answer for all of them.",Ke="{count} of {total} selected",Ye="Select all",Xe="Select none",Qe="Photos of this question",Ze="Decide for the photo",Je="Decide for all {count} photos",ts="Decide for the selected photo",es="Decide for the {count} selected photos",ss="Not now",is="You can look at everything here. Only administrators of Home Assistant can decide.",os="{count} photo.",ns="{count} photos.",rs="{count} photo still waits.",as="{count} photos still wait.",ls="Answers that you can still take back",cs="Take it back",hs="You are asked about {count} photo again.",ds="You are asked about {count} photos again.",ps="{count} photo is being brought back.",us="{count} photos are being brought back.",fs="Deleted photos",vs="History",ws="Preview",gs="Account",ms="Folder",bs="All folders",ys="No account works just now. The overview says why.",_s="Search by name",$s="Deleted in",xs="Any month",ks="Deleted photos that can be brought back",zs="{count} photo can be brought back",Os="{count} photos can be brought back",Ss="{count} selected",Ps="{count} selected",Cs="Nothing was deleted so far. What is deleted is kept here for a while, and can be brought back.",Es="Nothing that was deleted matches this.",Ms="Bring {count} photo back",Ds="Bring {count} photos back",As="Select photos to bring them back",js="They are being brought back…",Ts="At most {count} at once.",Ns="Only administrators of Home Assistant can bring photos back.",Is="{count} photo is back.",qs="{count} photos are back.",Ls="{count} photo is on its way. That goes on by itself.",Rs="{count} photos are on their way. That goes on by itself.",Hs="{folder} waits: {reason}.",Us="{count} photo was settled otherwise meanwhile.",Bs="{count} photos were settled otherwise meanwhile.",Ws="The rest is still being looked for. That goes on by itself.",Gs="Nothing is to be brought back.",Fs="{count} photo cannot be brought back.",Vs="{count} photos cannot be brought back.",Ks="{count} photo is there already, in the folder and in Immich.",Ys="{count} photos are there already, in the folder and in Immich.",Xs="Something is just being done with {count} photo. Try again in a moment.",Qs="Something is just being done with {count} photos. Try again in a moment.",Zs="{count} photo is kept nowhere any more.",Js="{count} photos are kept nowhere any more.",ti="{count} photo has no folder here any more.",ei="{count} photos have no folder here any more.",si="{count} photo is left out by the patterns of its folder.",ii="{count} photos are left out by the patterns of their folder.",oi="{count} photo is in Immich's locked folder, or belongs to somebody else.",ni="{count} photos are in Immich's locked folder, or belong to somebody else.",ri="{count} video belongs to a live photo that does not come back.",ai="{count} videos belong to live photos that do not come back.",li="What was done",ci="Everything",hi="Search by name",di="From",pi="To",ui="Nothing that was done matches this.",fi="Show more",vi="{count} photo",wi="{count} photos",gi="This is what would happen now, and to which photos. Nothing happens by looking.",mi="Look again",bi="Both sides are being compared…",yi="Nothing would happen: both sides agree.",_i="The folder is paused: none of this happens before it goes on.",$i="{count} change waits until Syncthing is at rest.",xi="{count} changes wait until Syncthing is at rest.",ki="Show {count} photo",zi="Show {count} photos",Oi="This is the first one.",Si="These are the first {count}.",Pi="Wait for your answer",Ci="Leave the folder, and so the phone",Ei="Go to Immich's trash",Mi="Leave the phone to free space; Immich keeps them",Di="Are replaced in Immich by their edited version",Ai="Go up to Immich",ji="Are on both sides already",Ti="Come back in Immich",Ni="Come back into the folder",Ii="Are joined with their live photo",qi="Stay only in Immich",Li="Stay only in the folder",Ri="Are gone from both sides",Hi="Copies",Ui="Last one {ago}",Bi="{percent} complete",R={title:te,menu:ee,settings:se,parts:ie,loading:oe,unknown:ne,reconnecting:re,stopped:ae,tab_overview:le,tab_review:ce,no_folders:he,no_folders_do:de,last_changes:pe,no_changes:ue,look_and_decide:fe,agree:ve,files_one:we,files_other:ge,count_linked:me,count_kept:be,count_released:ye,count_to_upload:_e,count_held:$e,count_failed:xe,count_unresolved:ke,done_of:ze,uploading:Oe,rate:Se,more_uploads_one:Pe,more_uploads_other:Ce,device_complete:Ee,device_part:Me,device_unknown:De,looked:Ae,never_looked:je,sync_now:Te,pause:Ne,resume:Ie,nothing_to_decide:qe,nothing_to_decide_why:Le,questions_one:Re,questions_other:He,all_questions:Ue,asked:Be,joined:We,show_all:Ge,none_selected_one:Fe,none_selected_other:Ve,selected:Ke,select_all:Ye,select_none:Xe,photos_of_question:Qe,answer_all_one:Ze,answer_all_other:Je,answer_some_one:ts,answer_some_other:es,not_now:ss,admins_decide:is,answered_one:os,answered_other:ns,left_one:rs,left_other:as,given_answers:ls,take_back:cs,asked_again_one:hs,asked_again_other:ds,brought_back_one:ps,brought_back_other:us,tab_vault:fs,tab_history:vs,tab_preview:ws,account:gs,folder:ms,all_folders:bs,no_account:ys,vault_search:_s,vault_month:$s,vault_any_month:xs,vault_photos:ks,vault_total_one:zs,vault_total_other:Os,vault_selected_one:Ss,vault_selected_other:Ps,vault_empty:Cs,vault_nothing_found:Es,vault_restore_one:Ms,vault_restore_other:Ds,vault_restore_none:As,vault_restoring:js,vault_at_most:Ts,vault_admins:Ns,restored_back_one:Is,restored_back_other:qs,restored_under_way_one:Ls,restored_under_way_other:Rs,restored_waits:Hs,restored_moved_on_one:Us,restored_moved_on_other:Bs,restored_goes_on:Ws,restored_nothing:Gs,stays_one:Fs,stays_other:Vs,stays_already_there_one:Ks,stays_already_there_other:Ys,stays_under_way_one:Xs,stays_under_way_other:Qs,stays_no_bytes_one:Zs,stays_no_bytes_other:Js,stays_no_place_one:ti,stays_no_place_other:ei,stays_excluded_one:si,stays_excluded_other:ii,stays_locked_one:oi,stays_locked_other:ni,stays_its_photo_one:ri,stays_its_photo_other:ai,history_action:li,history_any:ci,history_text:hi,history_since:di,history_until:pi,history_nothing_found:ui,history_more:fi,history_items_one:vi,history_items_other:wi,preview_intro:gi,preview_again:mi,preview_looking:bi,preview_nothing:yi,preview_paused:_i,preview_waiting_one:$i,preview_waiting_other:xi,preview_more_one:ki,preview_more_other:zi,preview_first_one:Oi,preview_first_other:Si,plan_ask:Pi,plan_delete_file:Ci,plan_trash_asset:Ei,plan_free_file:Mi,plan_replace_asset:Di,plan_upload:Ai,plan_link:ji,plan_restore_asset:Ti,plan_bring_back_file:Ni,plan_pair_motion:Ii,plan_release:qi,plan_keep:Li,plan_remove:Ri,copies:Hi,copies_last:Ui,copies_complete:Bi},Wi=new Set(["ar","fa","he","ur"]),Gi=["entity","selector","issues"],gt=["byte","kilobyte","megabyte","gigabyte","terabyte"];class Fi{constructor(t,s=R,i={},o){this.language=t,this.own=s,this.theirs=i,this.zone=o,this.t=(n,a={})=>this.filled(this.form(n,a.count)??n,a),this.rtl=Wi.has(t.split("-",1)[0]??""),this.plural=new Intl.PluralRules(s===R?"en":t)}ha(t){return this.theirs[`component.immich_syncthing.${t}`]}state(t){return t===null?this.t("unknown"):this.ha(`entity.sensor.status.state.${t}`)??t}waitReason(t){return this.ha(`entity.sensor.status.state_attributes.wait_reason.state.${t}`)??t}step(t){return this.ha(`entity.sensor.status.state_attributes.step.state.${t}`)??t}action(t){return this.ha(`selector.history_kind.options.${t}`)??t}actions(){const t="component.immich_syncthing.selector.history_kind.options.";return Object.keys(this.theirs).filter(i=>i.startsWith(t)).map(i=>i.slice(t.length)).sort((i,o)=>this.action(i).localeCompare(this.action(o),this.language))}reason(t){return this.ha(`entity.event.activity.state_attributes.reason.state.${t}`)??""}about(t,s){const o=(this.ha(`issues.hold_${t}.fix_flow.step.init.description`)??"").split(`

`),n=o.indexOf("{sample}");return o.filter((h,u)=>n<0||u!==n&&u!==n-1).map(h=>this.filled(h.replaceAll("**",""),s)).filter(h=>h!=="")}answer(t,s){return this.ha(`issues.hold_${t}.fix_flow.step.init.menu_options.${s}`)??s}meaning(t,s){return this.ha(`issues.hold_${t}.fix_flow.step.init.menu_option_descriptions.${s}`)??""}vaultReason(t){return this.ha(`selector.vault_reason.options.${t}`)??t}preset(t){return(this.ha(`selector.preset.options.${t}`)??t).split(" – ",1)[0]??t}number(t){return new Intl.NumberFormat(this.language).format(t)}percent(t){return new Intl.NumberFormat(this.language,{style:"percent",maximumFractionDigits:0}).format(t/100)}bytes(t){let[s,i]=[0,t];for(;i>=1e3&&s<gt.length-1;)[s,i]=[s+1,i/1e3];const o={style:"unit",unit:gt[s]??"byte",maximumFractionDigits:i<10&&s>0?1:0};return new Intl.NumberFormat(this.language,o).format(i)}date(t){return this.formatted(t,{dateStyle:"medium"})}moment(t){return this.formatted(t,{dateStyle:"medium",timeStyle:"short"})}month(t){return this.formatted(t,{year:"numeric",month:"long"})}ago(t,s=Date.now()){return Ut(t,this.language,s)}filled(t,s){return t.replace(/\{(\w+)\}/g,(i,o)=>{const n=s[o];return n===void 0?"":typeof n=="number"?this.number(n):n})}form(t,s){if(typeof s=="number"){const i=`${t}_${this.plural.select(s)}`,o=this.own[i]??this.own[`${t}_other`];if(o!==void 0)return o}return this.own[t]??R[t]}formatted(t,s){const i=this.zone===void 0?{}:{timeZone:this.zone};return new Intl.DateTimeFormat(this.language,{...s,...i}).format(new Date(t))}}async function Vi(e,t){const s=Ht(e.language),i=e.locale?.time_zone==="server"?e.config?.time_zone:void 0,[o,...n]=await Promise.all([s==="en"?R:Ki(s),...Gi.map(a=>t.translations(e.language,a).catch(()=>({})))]);return new Fi(e.language,o,Object.assign({},...n),i)}async function Ki(e){try{const t=await fetch(`${import.meta.url.replace(/[^/]*$/,"")}words/${e}.json`);return t.ok?await t.json():R}catch{return R}}class Nt{constructor(t){this.milliseconds=t}run(t){this.stop(),this.timer=window.setTimeout(t,this.milliseconds)}stop(){window.clearTimeout(this.timer)}}var Yi=Object.defineProperty,Xi=Object.getOwnPropertyDescriptor,B=(e,t,s,i)=>{for(var o=i>1?void 0:i?Xi(t,s):t,n=e.length-1,a;n>=0;n--)(a=e[n])&&(o=(i?a(t,s,o):a(o))||o);return i&&o&&Yi(t,s,o),o};const rt=new WeakMap,Qi="300px";let at;function Zi(e,t){at??=new IntersectionObserver(s=>s.forEach(i=>rt.get(i.target)?.(i.isIntersecting)),{rootMargin:Qi}),rt.set(e,t),at.observe(e)}function Ji(e){rt.delete(e),at?.unobserve(e)}let j=class extends H{constructor(){super(...arguments),this.path=null,this.label="",this.video=!1,this.url=null,this.near=!1}connectedCallback(){super.connectedCallback(),Zi(this,e=>{this.near=e,e?this.take():this.release()})}disconnectedCallback(){super.disconnectedCallback(),Ji(this),this.near=!1,this.release()}willUpdate(e){!e.has("path")&&!e.has("pictures")||(this.release(),this.near&&this.take())}render(){const e=this.url?r`<img src=${this.url} alt=${this.label} decoding="async" />`:r`<div class="none" role=${this.label?"img":l} aria-label=${this.label||l}>
          ${f(Bt)}
        </div>`;return r`${e}${this.video?r`<span class="video" aria-hidden="true">${f(Mt)}</span>`:l}`}take(){if(this.taken||!this.path||!this.pictures)return;const e=this.taken=this.pictures.take(this.path);e.url.then(t=>{this.taken===e&&(this.url=t)})}release(){this.taken?.release(),this.taken=void 0,this.url=null}};j.styles=m`
    :host {
      display: block;
      position: relative;
      overflow: hidden;
      aspect-ratio: 1;
      border-radius: 6px;
      background: var(--secondary-background-color, #e5e5e5);
      color: var(--secondary-text-color, #616161);
    }
    img {
      display: block;
      inline-size: 100%;
      block-size: 100%;
      object-fit: cover;
    }
    .none {
      display: grid;
      place-items: center;
      block-size: 100%;
    }
    .none svg {
      inline-size: 40%;
      max-inline-size: 40px;
      opacity: 0.6;
    }
    .video {
      position: absolute;
      inset-block-end: 4px;
      inset-inline-start: 4px;
      inline-size: 20px;
      block-size: 20px;
      color: #fff;
      background: rgb(0 0 0 / 55%);
      border-radius: 50%;
    }
  `;B([d({attribute:!1})],j.prototype,"pictures",2);B([d()],j.prototype,"path",2);B([d()],j.prototype,"label",2);B([d({type:Boolean})],j.prototype,"video",2);B([c()],j.prototype,"url",2);j=B([x("isp-picture")],j);const to=3e4;class pt{constructor(t){this.host=t,t.addController(this)}hostConnected(){this.timer=window.setInterval(()=>this.host.requestUpdate(),to)}hostDisconnected(){window.clearInterval(this.timer)}}var eo=Object.defineProperty,W=(e,t,s,i)=>{for(var o=void 0,n=e.length-1,a;n>=0;n--)(a=e[n])&&(o=a(t,s,o)||o);return o&&eo(t,s,o),o};class $ extends H{constructor(){super(),this.narrow=!1,this.query={},new pt(this)}static{this.styles=C}}W([d({attribute:!1})],$.prototype,"api");W([d({attribute:!1})],$.prototype,"overview");W([d({attribute:!1})],$.prototype,"words");W([d({attribute:!1})],$.prototype,"pictures");W([d({type:Boolean})],$.prototype,"narrow");W([d({attribute:!1})],$.prototype,"query");function Z(e,t){const s=e.accounts.filter(i=>i.loaded);return s.find(i=>i.entry_id===t)??s[0]}function It(e,t,s,i){const o=t.accounts.filter(n=>n.loaded);return o.length<2?l:Y(e.t("account"),o.map(n=>[n.entry_id,n.title]),s?.entry_id??"",i)}function so(e,t,s,i){const o=t.map(n=>[n.folder_id,n.label]);return Y(e.t("folder"),[["",e.t("all_folders")],...o],s,i)}function Y(e,t,s,i){return r`<label class="field">
    <span>${e}</span>
    <select @change=${n=>i(n.target.value)}>
      ${t.map(([n,a])=>r`<option value=${n} ?selected=${n===s}>${a}</option>`)}
    </select>
  </label>`}function X(e,t,s,i){return r`<label class="field">
    <span>${e}</span>
    <input type=${t} .value=${s} @input=${n=>i(n.target.value)} />
  </label>`}const ut=m`
  .fields {
    display: flex;
    flex-wrap: wrap;
    gap: 12px;
    align-items: end;
    min-inline-size: 0;
  }
  .field {
    display: grid;
    flex: 1 1 160px;
    /* A list is no wider than the screen, however long what can be chosen is. */
    grid-template-columns: minmax(0, 1fr);
    gap: 4px;
    min-inline-size: 0;
  }
  .field > span {
    font-size: 12px;
    color: var(--isp-soft);
  }
  .field select,
  .field input {
    inline-size: 100%;
    min-inline-size: 0;
  }
`;var io=Object.defineProperty,oo=Object.getOwnPropertyDescriptor,k=(e,t,s,i)=>{for(var o=i>1?void 0:i?oo(t,s):t,n=e.length-1,a;n>=0;n--)(a=e[n])&&(o=(i?a(t,s,o):a(o))||o);return i&&o&&io(t,s,o),o};const no=100,ro=300;let w=class extends ${constructor(){super(...arguments),this.folder="",this.action="",this.text="",this.since="",this.until="",this.older=null,this.loading=!1,this.asked=0,this.fresh=[],this.typed=new Nt(ro)}connectedCallback(){super.connectedCallback(),this.hasUpdated&&this.follow()}disconnectedCallback(){super.disconnectedCallback(),this.typed.stop(),this.unsubscribe?.(),this.unsubscribe=void 0}willUpdate(e){const t=Z(this.overview,this.chosen)?.entry_id;(e.has("api")||t!==this.shown)&&(this.shown=t,this.folder="",this.follow())}render(){const{words:e}=this,{t}=e,s=Z(this.overview,this.chosen);if(s===void 0)return r`<p class="soft">${t("no_account")}</p>`;const i=this.overview.folders.filter(n=>n.entry_id===s.entry_id),o=e.actions().map(n=>[n,e.action(n)]);return r`<div class="all">
      <div class="fields">
        ${It(e,this.overview,s,n=>this.chosen=n)}
        ${so(e,i,this.folder,n=>this.filter(()=>this.folder=n))}
        ${Y(t("history_action"),[["",t("history_any")],...o],this.action,n=>this.filter(()=>this.action=n))}
        ${X(t("history_text"),"search",this.text,n=>{this.text=n,this.typed.run(()=>this.begin())})}
        ${X(t("history_since"),"date",this.since,n=>this.filter(()=>this.since=n))}
        ${X(t("history_until"),"date",this.until,n=>this.filter(()=>this.until=n))}
      </div>
      ${this.failed?r`<p class="bad" role="alert">${this.failed}</p>`:l} ${this.list()}
      ${this.loading||this.changes===void 0&&!this.failed?r`<p class="soft" role="status">${t("loading")}</p>`:l}
      ${this.older!==null&&!this.loading?r`<button type="button" class="more" @click=${()=>{this.page()}}>${t("history_more")}</button>`:l}
    </div>`}list(){const{changes:e,words:t}=this;if(e===void 0)return l;if(e.length===0){const s=Object.keys(this.wanted()).length>0;return r`<p class="soft">${t.t(s?"history_nothing_found":"no_changes")}</p>`}return r`<ol class="card">
      ${A(e,s=>s.id,s=>this.line(s))}
    </ol>`}line(e){const{words:t}=this,s=e.why===null?"":t.reason(e.why),i=e.checksum===null?null:U(this.shown??"","linked",e.checksum),o=e.items!==null&&e.items>1?t.t("history_items",{count:e.items}):"";return r`<li>
      <isp-picture .pictures=${this.pictures} .path=${i} ?video=${e.is_video}></isp-picture>
      <div>
        <span class="what">${t.action(e.action)}</span>${s?r` · ${s}`:l}${o?r` · ${o}`:l}<br />
        ${e.path?r`<bdi class="path">${e.path}</bdi><br />`:l}
        <span class="soft"
          >${e.folder===null?l:r`<bdi>${e.folder}</bdi> · `}<time datetime=${e.at}
            >${t.moment(e.at)}</time
          ></span
        >
      </div>
    </li>`}filter(e){e(),this.begin()}follow(){this.unsubscribe?.(),this.unsubscribe=void 0,this.changes=void 0;const e=this.shown;e===void 0||!this.isConnected||(this.unsubscribe=this.api.newChanges(e,t=>this.happened(t),()=>this.begin()))}happened(e){this.isWanted(e)&&(this.fresh=tt([e],this.fresh),this.changes!==void 0&&(this.changes=tt([e],this.changes)))}begin(){this.asked++,this.older=null,this.fresh=[],this.loading=!1,this.failed=void 0,this.page(!0)}async page(e=!1){const t=this.shown;if(t===void 0||this.loading)return;const s=this.asked;this.loading=!0;try{const i=await this.api.history(t,{...this.wanted(),limit:no,...this.older===null?{}:{before:this.older}});if(s!==this.asked)return;this.changes=tt(e?this.fresh:this.changes??[],i.entries),this.older=i.next_before}catch(i){s===this.asked&&(this.failed=y(i))}finally{s===this.asked&&(this.loading=!1)}}wanted(){return{...this.folder?{folder_id:this.folder}:{},...this.action?{action:this.action}:{},...this.text.trim()?{text:this.text.trim()}:{},...this.since?{since:mt(this.since)}:{},...this.until?{until:mt(this.until,1)}:{}}}isWanted(e){const{folder_id:t,action:s,text:i,since:o,until:n}=this.wanted();return(t===void 0||e.folder_id===t)&&(s===void 0||e.action===s)&&(i===void 0||e.path.toLowerCase().includes(i.toLowerCase()))&&(o===void 0||Date.parse(e.at)>=Date.parse(o))&&(n===void 0||Date.parse(e.at)<Date.parse(n))}};w.styles=[C,ut,m`
      .all {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 12px;
      }
      ol {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 2px;
        margin: 0;
        padding: 0;
        list-style: none;
      }
      li {
        display: grid;
        grid-template-columns: 64px minmax(0, 1fr);
        gap: 12px;
        align-items: center;
        padding-block: 4px;
        content-visibility: auto;
        contain-intrinsic-size: auto 72px;
      }
      .what {
        font-weight: 500;
      }
      .more {
        justify-self: center;
      }
    `];k([c()],w.prototype,"chosen",2);k([c()],w.prototype,"folder",2);k([c()],w.prototype,"action",2);k([c()],w.prototype,"text",2);k([c()],w.prototype,"since",2);k([c()],w.prototype,"until",2);k([c()],w.prototype,"changes",2);k([c()],w.prototype,"older",2);k([c()],w.prototype,"loading",2);k([c()],w.prototype,"failed",2);w=k([x("isp-history")],w);function tt(e,t){const s=new Set(e.map(i=>i.id));return[...e,...t.filter(i=>!s.has(i.id))]}function mt(e,t=0){const[s=0,i=1,o=1]=e.split("-").map(Number);return new Date(s,i-1,o+t).toISOString()}var ao=Object.defineProperty,lo=Object.getOwnPropertyDescriptor,z=(e,t,s,i)=>{for(var o=i>1?void 0:i?lo(t,s):t,n=e.length-1,a;n>=0;n--)(a=e[n])&&(o=(i?a(t,s,o):a(o))||o);return i&&o&&ao(t,s,o),o};const bt=112,co=148,V=8,yt=44,lt=2,ho=450;function po(e,t,s,i){const o=Math.max(0,Math.min(e,Math.floor(-s/t)-lt)),n=Math.max(o,Math.min(e,Math.ceil((i-s)/t)+lt));return{first:o,end:n}}let g=class extends H{constructor(){super(...arguments),this.items=[],this.selection=new Set,this.label="",this.more=!1,this.readonly=!1,this.columns=1,this.rowHeight=bt+yt+V,this.span={first:0,end:0},this.current=0,this.anchor=0,this.longPressed=!1,this.asked=-1,this.roots=[],this.resized=new ResizeObserver(()=>requestAnimationFrame(()=>this.measure())),this.scrolled=()=>{const e=this.getBoundingClientRect(),{first:t,end:s}=po(this.rows,this.rowHeight,e.top,window.innerHeight);(t!==this.span.first||s!==this.span.end)&&(this.span={first:t,end:s}),this.wantMore()},this.key=e=>{const t=getComputedStyle(this).direction==="rtl"?-1:1,s=Math.max(1,Math.floor(window.innerHeight/this.rowHeight)-1)*this.columns,i=this.items.length-1,n={ArrowRight:this.current+t,ArrowLeft:this.current-t,ArrowDown:this.current+this.columns,ArrowUp:this.current-this.columns,PageDown:this.current+s,PageUp:this.current-s,Home:0,End:i}[e.key];if(n!==void 0){const a=n<0||n>i;this.go(a&&e.key.startsWith("Arrow")?this.current:Math.max(0,Math.min(i,n))),e.shiftKey?this.range(this.current):this.anchor=this.current}else if(e.key===" "||e.key==="Enter")this.choose(this.current,e.shiftKey);else if(e.key==="a"&&(e.ctrlKey||e.metaKey))this.dispatchEvent(new CustomEvent("all"));else if(e.key==="Escape"&&this.selection.size>0)this.select(new Set);else return;e.preventDefault()},this.clicked=e=>{const t=_t(e);if(t!==void 0){if(this.longPressed){this.longPressed=!1;return}this.current=t,this.choose(t,e.shiftKey)}},this.pointerDown=e=>{this.longPressed=!1,window.clearTimeout(this.pressed);const t=_t(e);e.pointerType!=="touch"||t===void 0||(this.pressed=window.setTimeout(()=>{this.longPressed=!0,this.current=t,this.choose(t,!0)},ho))},this.pointerEnd=()=>window.clearTimeout(this.pressed),this.pointerMoved=e=>{Math.abs(e.movementX)+Math.abs(e.movementY)>6&&window.clearTimeout(this.pressed)},this.contextMenu=e=>{this.longPressed&&e.preventDefault()}}connectedCallback(){super.connectedCallback(),this.resized.observe(this),this.roots=qt(this);for(const e of this.roots)e.addEventListener("scroll",this.scrolled,{capture:!0,passive:!0});window.addEventListener("resize",this.scrolled,{passive:!0})}disconnectedCallback(){super.disconnectedCallback(),this.resized.disconnect();for(const e of this.roots)e.removeEventListener("scroll",this.scrolled,{capture:!0});window.removeEventListener("resize",this.scrolled),window.clearTimeout(this.pressed)}willUpdate(e){e.has("items")&&(this.current=Math.max(0,Math.min(this.current,this.items.length-1)),this.anchor=Math.min(this.anchor,this.current))}updated(e){(e.has("items")||e.has("columns")||e.has("rowHeight"))&&requestAnimationFrame(this.scrolled)}render(){const e=[];for(let t=this.span.first;t<Math.min(this.span.end,this.rows);t++)e.push(t);return r`<div
      role="listbox"
      tabindex="0"
      aria-label=${this.label}
      aria-multiselectable="true"
      aria-readonly=${this.readonly?"true":l}
      aria-activedescendant=${this.items.length?`item-${this.current}`:l}
      style="block-size:${this.rows*this.rowHeight}px"
      @keydown=${this.key}
      @click=${this.clicked}
      @pointerdown=${this.pointerDown}
      @pointerup=${this.pointerEnd}
      @pointercancel=${this.pointerEnd}
      @pointermove=${this.pointerMoved}
      @contextmenu=${this.contextMenu}
    >
      ${A(e,t=>t,t=>this.row(t))}
    </div>`}row(e){const t=e*this.columns,s=`grid-template-columns:repeat(${this.columns},minmax(0,1fr))`;return r`<div class="row" role="presentation" style="inset-block-start:${e*this.rowHeight}px;${s}">
      ${this.items.slice(t,t+this.columns).map((i,o)=>this.item(i,t+o))}
    </div>`}item(e,t){return r`<div
      class="item ${t===this.current?"current":""}"
      id="item-${t}"
      role="option"
      aria-selected=${this.selection.has(e.key)}
      aria-setsize=${this.more?-1:this.items.length}
      aria-posinset=${t+1}
      aria-label=${e.note?`${e.title}, ${e.note}`:e.title}
      title=${e.title}
      data-at=${t}
    >
      <isp-picture .pictures=${this.pictures} .path=${e.picture} ?video=${e.video??!1}></isp-picture>
      ${this.readonly?l:r`<span class="mark" aria-hidden="true">${f(ht)}</span>`}
      <span class="title" aria-hidden="true">${vo(e.title)}</span>
      <span class="note" aria-hidden="true">${e.note??l}</span>
    </div>`}get rows(){return Math.ceil(this.items.length/this.columns)}measure(){const e=this.clientWidth;if(e===0)return;const t=e<600?bt:co;this.columns=Math.max(1,Math.floor((e+V)/(t+V))),this.rowHeight=Math.floor((e-V*(this.columns-1))/this.columns)+yt+V,this.scrolled()}wantMore(){const e=this.span.end>=this.rows-lt-1;!this.more||!e||this.asked===this.items.length||(this.asked=this.items.length,this.dispatchEvent(new CustomEvent("more")))}go(e){if(this.items.length===0)return;this.current=e;const t=Math.floor(e/this.columns),s=this.getBoundingClientRect().top+t*this.rowHeight,i=uo(this),o=i.getBoundingClientRect(),[n,a]=this.covered(),h=Math.min(0,s-n-Math.max(0,o.top))||Math.max(0,s+this.rowHeight-(Math.min(window.innerHeight,o.bottom)-a));h!==0&&i.scrollBy({top:h}),this.scrolled()}covered(){const e=[0,0];for(const t of this.parentElement?.children??[]){if(getComputedStyle(t).position!=="sticky")continue;const s=this.compareDocumentPosition(t)&Node.DOCUMENT_POSITION_FOLLOWING;e[s?1:0]+=t.getBoundingClientRect().height}return e}choose(e,t){if(t){this.range(e);return}const s=this.items[e];if(s===void 0)return;this.anchor=e;const i=new Set(this.selection);i.delete(s.key)||i.add(s.key),this.select(i)}range(e){const[t,s]=this.anchor<e?[this.anchor,e]:[e,this.anchor],i=new Set(this.selection);for(const o of this.items.slice(t,s+1))i.add(o.key);this.select(i)}select(e){this.readonly||this.dispatchEvent(new CustomEvent("selected",{detail:e}))}};g.styles=m`
    :host {
      display: block;
    }
    * {
      box-sizing: border-box;
    }
    [role="listbox"] {
      position: relative;
      outline: none;
    }
    .row {
      position: absolute;
      inset-inline: 0;
      display: grid;
      gap: 8px;
    }
    .item {
      position: relative;
      min-inline-size: 0;
      border-radius: 8px;
      cursor: pointer;
      user-select: none;
      -webkit-user-select: none;
      -webkit-touch-callout: none;
      touch-action: manipulation;
    }
    .item[aria-selected="true"] isp-picture {
      outline: 3px solid var(--isp-accent, var(--primary-color, #009ac7));
      outline-offset: -3px;
    }
    [role="listbox"]:focus-visible .item.current {
      outline: 3px solid var(--primary-text-color, #141414);
      outline-offset: 1px;
    }
    .mark {
      position: absolute;
      inset-block-start: 6px;
      inset-inline-end: 6px;
      display: grid;
      place-items: center;
      inline-size: 24px;
      block-size: 24px;
      padding: 3px;
      border: 2px solid #fff;
      border-radius: 50%;
      background: rgb(0 0 0 / 40%);
      color: transparent;
    }
    [aria-selected="true"] .mark {
      background: #fff;
      border-color: #141414;
      color: #141414;
    }
    .title,
    .note {
      display: block;
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
      font-size: 12px;
      line-height: 18px;
    }
    .title {
      direction: ltr;
      text-align: start;
    }
    .note {
      color: var(--secondary-text-color, #5e5e5e);
    }
  `;z([d({attribute:!1})],g.prototype,"items",2);z([d({attribute:!1})],g.prototype,"selection",2);z([d({attribute:!1})],g.prototype,"pictures",2);z([d()],g.prototype,"label",2);z([d({type:Boolean})],g.prototype,"more",2);z([d({type:Boolean})],g.prototype,"readonly",2);z([c()],g.prototype,"columns",2);z([c()],g.prototype,"rowHeight",2);z([c()],g.prototype,"span",2);z([c()],g.prototype,"current",2);g=z([x("isp-grid")],g);function _t(e){const t=e.composedPath().find(s=>s instanceof HTMLElement&&s.dataset.at!==void 0);return t===void 0?void 0:Number(t.dataset.at)}function qt(e){const t=e.getRootNode();return t instanceof ShadowRoot?[t,...qt(t.host)]:[t]}function uo(e){for(let t=e;t!==null;t=fo(t))if(/auto|scroll/.test(getComputedStyle(t).overflowY))return t;return document.scrollingElement??document.documentElement}function fo(e){const t=e.getRootNode();return e.assignedSlot??e.parentElement??(t instanceof ShadowRoot?t.host:null)}function vo(e){return e.slice(e.lastIndexOf("/")+1)}var wo=Object.defineProperty,go=Object.getOwnPropertyDescriptor,N=(e,t,s,i)=>{for(var o=i>1?void 0:i?go(t,s):t,n=e.length-1,a;n>=0;n--)(a=e[n])&&(o=(i?a(t,s,o):a(o))||o);return i&&o&&wo(t,s,o),o};const mo=5,bo=new Set(["under_way","no_bytes","no_place"]);let S=class extends H{constructor(){super(),this.given=[],this.told=[],this.busy=!1,this.looked=0,new pt(this)}willUpdate(e){const t=e.get("overview");(e.has("api")||e.has("overview")&&$t(t)!==$t(this.overview))&&this.look()}render(){if(this.given.length===0&&this.told.length===0&&!this.failed)return l;const{words:e}=this;return r`<section class="card" aria-labelledby="given">
      <h2 id="given">${e.t("given_answers")}</h2>
      <div role="status">${this.told.map(t=>r`<p>${t}</p>`)}</div>
      ${this.failed?r`<p class="bad" role="alert">${this.failed}</p>`:l}
      <ul>
        ${A(this.given,({answer:t})=>t.answer_id,t=>this.row(t))}
      </ul>
    </section>`}row({entry:e,answer:t}){const{words:s}=this,i=s.answer(t.kind,t.answer);return r`<li class="row">
      <span class="grow">
        ${i}<br />
        <span class="soft"
          >${s.t("history_items",{count:t.count})} · <bdi>${t.folders.join(", ")}</bdi> ·
          ${s.ago(t.answered_at)}</span
        >
      </span>
      ${this.overview.may_decide?r`<button type="button" ?disabled=${this.busy} @click=${()=>this.takeBack(e,t)}>
            <span class="icon">${f(dt)}</span>${s.t("take_back")}<span class="sr">: ${i}</span>
          </button>`:l}
    </li>`}async look(){const e=++this.looked,t=this.overview.accounts.filter(s=>s.loaded).map(s=>s.entry_id);try{const s=await Promise.all(t.map(i=>this.api.answers(i,{limit:mo})));if(e!==this.looked)return;this.given=s.flatMap(({answers:i},o)=>i.map(n=>({entry:t[o],answer:n}))).sort((i,o)=>o.answer.answered_at.localeCompare(i.answer.answered_at))}catch(s){e===this.looked&&(this.failed=y(s))}}async takeBack(e,t){this.busy=!0,this.failed=void 0;try{this.told=this.outcome(await this.api.reconsider(e,t.answer_id)),await this.look()}catch(s){this.failed=y(s)}finally{this.busy=!1}}outcome({asked_again:e,brought_back:t,hindered:s}){const{t:i}=this.words,o=[];e>0&&o.push(i("asked_again",{count:e})),t>0&&o.push(i("brought_back",{count:t}));for(const n of new Set(s.map(a=>a.reason))){const a=s.filter(u=>u.reason===n).length,h=n==="moved_on"?"restored_moved_on":bo.has(n)?`stays_${n}`:"stays";o.push(i(h,{count:a}))}return o}};S.styles=[C,m`
      ul {
        display: grid;
        gap: 8px;
        margin: 8px 0 0;
        padding: 0;
        list-style: none;
      }
      li {
        border-block-start: 1px solid var(--isp-line);
        padding-block-start: 8px;
      }
    `];N([d({attribute:!1})],S.prototype,"api",2);N([d({attribute:!1})],S.prototype,"overview",2);N([d({attribute:!1})],S.prototype,"words",2);N([c()],S.prototype,"given",2);N([c()],S.prototype,"told",2);N([c()],S.prototype,"failed",2);N([c()],S.prototype,"busy",2);S=N([x("isp-answers")],S);function $t(e){return JSON.stringify(e?.holds.map(t=>[t.hold_id,t.revision,t.count])??null)}var yo=Object.defineProperty,_o=Object.getOwnPropertyDescriptor,E=(e,t,s,i)=>{for(var o=i>1?void 0:i?_o(t,s):t,n=e.length-1,a;n>=0;n--)(a=e[n])&&(o=(i?a(t,s,o):a(o))||o);return i&&o&&yo(t,s,o),o};const xt=500,$o=["approve","leave","undo"],xo={approve:At,leave:ht,undo:dt};let _=class extends ${constructor(){super(...arguments),this.items=[],this.next=null,this.loading=!1,this.selection=new Set,this.unfolded=!1,this.grid=[],this.asked=0,this.selectAll=async()=>{for(;this.next!==null;)if(!await this.page())return;this.selection=new Set(this.items.map(e=>e.item))},this.selectNone=()=>{this.selection=new Set}}willUpdate(e){if(!e.has("overview")&&!e.has("query")&&!e.has("api"))return;const{holds:t}=this.overview,s=this.query.question,i=t.find(o=>o.hold_id===s)??(t.length===1?t[0]:void 0);i?.hold_id!==this.shown?.hold_id||e.has("api")?this.show(i):i&&this.shown&&i.count<this.shown.count&&this.fewer(i)}render(){const{words:e}=this,t=r`<div role="status">
      ${this.told?r`<p class="notice done">${this.told}</p>`:l}
    </div>`;if(this.shown===void 0){const{holds:s}=this.overview;return r`<div class="all">
        ${t}${s.length===0?r`<div class="card"><h2>${e.t("nothing_to_decide")}</h2><p>${e.t("nothing_to_decide_why")}</p></div>`:r`<h2>${e.t("questions",{count:s.length})}</h2>
              <div class="choices">${A(s,i=>i.hold_id,i=>this.choice(i))}</div>`}
        <isp-answers .api=${this.api} .overview=${this.overview} .words=${e}></isp-answers>
      </div>`}return r`<div class="all">${t} ${this.question(this.shown)}</div>`}choice(e){return r`<button type="button" class="choice" @click=${()=>ot(this,"review",{entry:e.entry_id,question:e.hold_id})}>
      <span class="grow">${e.question}<br /><span class="soft">${this.words.ago(e.asked_at)}</span></span>
      <span class="icon chevron">${f(Dt)}</span>
    </button>`}question(e){const{words:t,selection:s}=this,{t:i}=t,o=this.overview.holds.find(u=>u.hold_id===e.hold_id),n=o!==void 0&&o.revision>e.revision,a=t.about(e.kind,{count:e.count,folders:e.folders.join(", ")}),h=this.overview.holds.length>1;return r`
      ${h?r`<div><button type="button" @click=${()=>ot(this,"review")}>${i("all_questions")}</button></div>`:l}
      <h2>${e.question}</h2>
      ${a.map(u=>r`<p>${u}</p>`)}
      <p class="soft">${i("asked",{ago:t.ago(e.asked_at)})}</p>
      ${n?r`<p class="notice" role="status">
            <span class="grow">${i("joined")}</span>
            <button type="button" @click=${()=>this.show(o)}>${i("show_all")}</button>
          </p>`:l}
      <div class="row tools">
        <span class="grow" aria-live="polite"
          >${s.size===0?i("none_selected",{count:e.count}):i("selected",{count:s.size,total:e.count})}</span
        >
        <button type="button" ?disabled=${this.loading} @click=${this.selectAll}>${i("select_all")}</button>
        <button type="button" ?disabled=${s.size===0} @click=${this.selectNone}>${i("select_none")}</button>
      </div>
      <isp-grid
        .items=${this.grid}
        .selection=${s}
        .pictures=${this.pictures}
        .label=${i("photos_of_question")}
        .more=${this.next!==null}
        @selected=${u=>this.selection=u.detail}
        @all=${this.selectAll}
        @more=${()=>{this.page()}}
      ></isp-grid>
      ${this.loading?r`<p class="soft" role="status">${i("loading")}</p>`:l}
      <div class="answers">
        ${this.failed?r`<p class="bad" role="alert">${this.failed}</p>`:l}
        ${this.overview.may_decide?this.answers(e):r`<p class="soft">${i("admins_decide")}</p>`}
      </div>
    `}answers(e){const{size:t}=this.selection,s=this.words.t(t===0?"answer_all":"answer_some",{count:t||e.count});return this.narrow&&!this.unfolded?r`<button type="button" class="main" aria-expanded="false" @click=${()=>this.unfolded=!0}>
        ${s}
      </button>`:r`<div class="row">
        <p class="grow">${s}</p>
        <button
          type="button"
          class="plain"
          aria-expanded="true"
          ?hidden=${!this.narrow}
          @click=${()=>this.unfolded=!1}
        >
          ${this.words.t("not_now")}
        </button>
      </div>
      <div class="three">
        ${$o.filter(i=>e.answers[i]).map(i=>this.answerButton(e,i))}
      </div>`}answerButton(e,t){return r`<button
      type="button"
      class="answer ${t}"
      data-answer=${t}
      ?disabled=${this.answering!==void 0}
      @click=${()=>this.answer(e,t)}
    >
      <span class="icon">${f(xo[t])}</span>
      <span><b>${e.answers[t]}</b><small>${this.words.meaning(e.kind,t)}</small></span>
    </button>`}show(e){this.asked++,this.shown=e,this.keep([]),this.next=null,this.loading=!1,this.failed=void 0,this.unfolded=!1,this.selection=new Set,e!==void 0&&this.page()}fewer(e){const t=this.shown;this.shown={...t,count:e.count,question:e.question},this.again(this.items.length)}async page(e=xt){const t=this.shown;if(t===void 0||this.loading)return!1;const s=this.asked;this.loading=!0;try{const i=await this.api.heldItems(t,{limit:e,...this.next===null?{}:{after:this.next}});return s!==this.asked?!1:(this.keep([...this.items,...i.items.filter(o=>o.revision<=t.revision)]),this.next=i.next,!0)}catch(i){return s===this.asked&&(this.failed=y(i)),!1}finally{s===this.asked&&(this.loading=!1)}}async again(e){const t=this.shown,s=++this.asked;this.loading=!0;try{const i=[];let o=null;do{const a=await this.api.heldItems(t,{limit:xt,...o===null?{}:{after:o}});if(s!==this.asked)return;i.push(...a.items.filter(h=>h.revision<=t.revision)),o=a.next}while(o!==null&&i.length<e);this.keep(i),this.next=o;const n=new Set(i.map(a=>a.item));this.selection=new Set([...this.selection].filter(a=>n.has(a)))}catch(i){s===this.asked&&(this.failed=y(i))}finally{s===this.asked&&(this.loading=!1)}}keep(e){this.items=e;const t=this.shown?.entry_id??"";this.grid=e.map(s=>({key:s.item,picture:U(t,"held",s.item),title:s.path,note:[s.folder,s.size===null?null:this.words.bytes(s.size)].filter(i=>i).join(" · "),video:s.is_video}))}async answer(e,t){this.answering=t,this.failed=void 0,this.told=void 0;try{const s=this.selection.size===0?void 0:[...this.selection];this.unfolded=!1;const{answered:i,left:o}=await this.api.answer(e,t,s),{t:n}=this.words;this.told=`${e.answers[t]??""}: ${n("answered",{count:i})} ${o>0?n("left",{count:o}):""}`,this.shown?.hold_id===e.hold_id&&(this.selection=new Set,o>0&&(this.shown={...e,count:o},await this.again(this.items.length)))}catch(s){this.failed=y(s)}finally{this.answering=void 0}}};_.styles=[C,m`
      .all {
        /* No grid: what sticks would stick to its own row. */
        display: flex;
        flex-direction: column;
        gap: 12px;
      }
      .choice {
        justify-content: flex-start;
        border-radius: 12px;
        padding: 12px 16px;
        text-align: start;
      }
      .choices {
        display: grid;
        gap: 8px;
      }
      .chevron:dir(rtl) {
        transform: scaleX(-1);
      }
      .tools {
        position: sticky;
        z-index: 1;
        inset-block-start: 0;
        margin-inline: -4px;
        padding: 6px 4px;
        background: var(--primary-background-color, #fafafa);
      }
      .answers {
        position: sticky;
        z-index: 1;
        inset-block-end: 0;
        display: grid;
        gap: 8px;
        padding-block: 10px;
        background: var(--primary-background-color, #fafafa);
        border-block-start: 1px solid var(--isp-line);
      }
      .three {
        display: grid;
        gap: 8px;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 240px), 1fr));
      }
      .answer {
        align-items: start;
        justify-content: flex-start;
        padding: 10px 14px;
        border-color: var(--isp-soft);
        border-radius: 12px;
        background: var(--card-background-color, #fff);
        text-align: start;
        font-weight: 400;
      }
      .answer b {
        display: block;
        font-weight: 500;
      }
      .answer small {
        display: block;
        font-size: 12px;
        color: var(--isp-soft);
      }
      .approve .icon {
        color: var(--isp-bad);
      }
    `];E([c()],_.prototype,"shown",2);E([c()],_.prototype,"items",2);E([c()],_.prototype,"next",2);E([c()],_.prototype,"loading",2);E([c()],_.prototype,"selection",2);E([c()],_.prototype,"failed",2);E([c()],_.prototype,"told",2);E([c()],_.prototype,"answering",2);E([c()],_.prototype,"unfolded",2);_=E([x("isp-holds")],_);var ko=Object.getOwnPropertyDescriptor,zo=(e,t,s,i)=>{for(var o=i>1?void 0:i?ko(t,s):t,n=e.length-1,a;n>=0;n--)(a=e[n])&&(o=a(o)||o);return o};const Oo=new Set(["ok","empty","resting","outside_window"]),So=new Set(["problem","failed"]);let ct=class extends ${render(){const{copies:e}=this.overview;return e.length===0?l:r`<section aria-labelledby="copies">
      <h2 id="copies">${this.words.t("copies")}</h2>
      <div class="all">
        ${A(e,t=>`${t.entry_id}-${t.id}`,t=>this.copy(t))}
      </div>
    </section>`}copy(e){const{words:t}=this,{t:s}=t,i=this.overview.accounts.find(n=>n.entry_id===e.entry_id),o=this.overview.accounts.length>1;return r`<div class="card copy">
      <h3><bdi>${e.title}</bdi></h3>
      ${o&&i?r`<p class="soft">${i.title}</p>`:l}
      <p class="row"><span class="dot ${Po(e.state)}"></span>${e.state_text}</p>
      <p>${e.text}</p>
      ${e.complete===null?l:this.complete(e,e.complete)}
      ${e.at===null?l:r`<p class="soft">${s("copies_last",{ago:t.ago(e.at)})}</p>`}
    </div>`}complete(e,t){const s=this.words.t("copies_complete",{percent:this.words.percent(Math.floor(t))});return r`<p class="soft">${s}</p>
      <span
        class="bar"
        role="progressbar"
        aria-label=${e.title}
        aria-valuemin="0"
        aria-valuemax="100"
        aria-valuenow=${Math.floor(t)}
        ><span style="inline-size:${t}%"></span
      ></span>`}};ct.styles=[C,m`
      .all {
        display: grid;
        gap: 16px;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 280px), 1fr));
        margin-block-start: 8px;
      }
      .copy {
        display: grid;
        gap: 6px;
        align-content: start;
      }
      .dot {
        flex: none;
        inline-size: 10px;
        block-size: 10px;
        border-radius: 50%;
        background: var(--isp-accent);
      }
      .good {
        background: var(--isp-good);
      }
      .bad {
        background: var(--isp-bad);
      }
      .unknown {
        background: var(--isp-soft);
      }
    `];ct=zo([x("isp-copies")],ct);function Po(e){return Oo.has(e)?"good":So.has(e)?"bad":e==="unknown"||e==="none"?"unknown":""}var Co=Object.defineProperty,Eo=Object.getOwnPropertyDescriptor,q=(e,t,s,i)=>{for(var o=i>1?void 0:i?Eo(t,s):t,n=e.length-1,a;n>=0;n--)(a=e[n])&&(o=(i?a(t,s,o):a(o))||o);return i&&o&&Co(t,s,o),o};const kt=15;let M=class extends H{constructor(){super(),this.entries=[],this.followed="",this.unsubscribe=[],new pt(this)}connectedCallback(){super.connectedCallback(),this.follow()}disconnectedCallback(){super.disconnectedCallback(),this.leave()}willUpdate(e){(e.has("api")||this.entries.join()!==this.followed)&&this.follow()}render(){const{t:e}=this.words;return this.failed?r`<p class="bad" role="alert">${this.failed}</p>`:this.lines===void 0?r`<p class="soft">${e("loading")}</p>`:this.lines.length===0?r`<p class="soft">${e("no_changes")}</p>`:r`<ol>
      ${A(this.lines,t=>`${t.entry}-${t.change.id}`,t=>this.line(t))}
    </ol>`}line({entry:e,change:t}){const{words:s}=this,i=t.why===null?"":s.reason(t.why),o=t.checksum===null?null:U(e,"linked",t.checksum);return r`<li>
      <isp-picture .pictures=${this.pictures} .path=${o} ?video=${t.is_video}></isp-picture>
      <div>
        <span class="what">${s.action(t.action)}</span>${i?r` · ${i}`:l}<br />
        <span class="soft path"
          >${t.path}${t.path&&t.folder?" · ":l}${t.folder?r`<bdi>${t.folder}</bdi>`:l}</span
        >
      </div>
      <time class="soft" datetime=${t.at} title=${s.moment(t.at)}>${s.ago(t.at)}</time>
    </li>`}follow(){if(!(!this.isConnected||!this.api)){this.leave(),this.followed=this.entries.join();for(const e of this.entries){const t=s=>this.add([{entry:e,change:s}]);this.unsubscribe.push(this.api.newChanges(e,t,()=>{this.load(e)}))}}}leave(){for(const e of this.unsubscribe.splice(0))e();this.followed=""}async load(e){try{const t=await this.api.history(e,{limit:kt});if(!this.entries.includes(e))return;this.failed=void 0,this.add(t.entries.map(s=>({entry:e,change:s})))}catch(t){this.failed=y(t)}}add(e){const t=new Map([...this.lines??[],...e].map(i=>[`${i.entry}-${i.change.id}`,i])),s=(i,o)=>o.change.at.localeCompare(i.change.at)||Mo(o,i);this.lines=[...t.values()].sort(s).slice(0,kt)}};M.styles=[C,m`
      ol {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 2px;
        margin: 8px 0 0;
        padding: 0;
        list-style: none;
      }
      li {
        display: grid;
        grid-template-columns: 48px minmax(0, 1fr) auto;
        gap: 12px;
        align-items: center;
        padding-block: 4px;
      }
      .what {
        font-weight: 500;
      }
      time {
        font-size: 13px;
        text-align: end;
      }
    `];q([d({attribute:!1})],M.prototype,"api",2);q([d({attribute:!1})],M.prototype,"words",2);q([d({attribute:!1})],M.prototype,"pictures",2);q([d({attribute:!1})],M.prototype,"entries",2);q([c()],M.prototype,"lines",2);q([c()],M.prototype,"failed",2);M=q([x("isp-timeline")],M);function Mo(e,t){return Number(e.change.id)-Number(t.change.id)}var Do=Object.defineProperty,Ao=Object.getOwnPropertyDescriptor,ft=(e,t,s,i)=>{for(var o=i>1?void 0:i?Ao(t,s):t,n=e.length-1,a;n>=0;n--)(a=e[n])&&(o=(i?a(t,s,o):a(o))||o);return i&&o&&Do(t,s,o),o};const jo={nothing:ht,upload:Ft,delete:At,decide:jt,wait:Gt,repair:Wt},et=6;let K=class extends ${render(){const{overview:e,words:t}=this,{t:s}=t;return r`<div class="all">
      ${this.failed?r`<p class="notice error" role="alert">${this.failed}</p>`:l}
      ${e.holds.map(i=>this.question(i))}
      ${e.accounts.filter(i=>i.problem!==null).map(i=>r`<p class="notice error"><span><b>${i.title}</b>: ${i.problem}</span></p>`)}
      ${e.folders.length===0&&e.accounts.some(i=>i.loaded)?r`<div class="card"><h2>${s("no_folders")}</h2><p>${s("no_folders_do")}</p></div>`:l}
      <div class="folders">
        ${A(e.folders,i=>i.folder_id,i=>this.folder(i))}
      </div>
      <isp-copies .overview=${e} .words=${t}></isp-copies>
      ${this.lastChanges()}
    </div>`}lastChanges(){const e=this.overview.accounts.filter(t=>t.loaded).map(t=>t.entry_id);return e.length===0?l:r`<section class="card" aria-labelledby="changes">
      <h2 id="changes">${this.words.t("last_changes")}</h2>
      <isp-timeline .api=${this.api} .words=${this.words} .pictures=${this.pictures} .entries=${e}></isp-timeline>
    </section>`}question(e){return r`<button type="button" class="ask" @click=${()=>ot(this,"review",{entry:e.entry_id,question:e.hold_id})}>
      <span class="icon">${f(jt)}</span>
      <span class="grow"
        >${e.question}<br /><span class="soft">${this.words.t("look_and_decide")}</span></span
      >
      <span class="icon chevron">${f(Dt)}</span>
    </button>`}folder(e){const{words:t}=this,{t:s}=t,i=this.overview.accounts.length>1;return r`<section class="card folder" aria-label=${e.label}>
      <div class="row">
        <h2 class="grow"><bdi>${e.label}</bdi></h2>
        <span class="state"><span class="dot ${e.state??""}"></span>${t.state(e.state)}</span>
      </div>
      ${i?r`<p class="soft">${e.account}</p>`:l}
      <p class="next ${e.next.kind}">
        <span class="icon">${f(jo[e.next.kind])}</span><span>${e.next.text}</span>
      </p>
      ${this.agreement(e)} ${this.step(e)} ${this.uploads(e)}
      ${e.device===null||e.completion===null&&To(e,e.device)?l:r`<p class="soft">
            <span class="icon">${f(Vt)}</span>
            ${e.completion===null?s("device_unknown",{device:e.device}):e.completion>=100?s("device_complete",{device:e.device}):s("device_part",{device:e.device,percent:t.percent(Math.floor(e.completion))})}
          </p>`}
      <p class="soft">
        ${e.last_success===null?s("never_looked"):s("looked",{ago:t.ago(e.last_success)})}
        · ${t.preset(e.preset)}
      </p>
      ${this.overview.may_decide?this.buttons(e):l}
    </section>`}agreement(e){const{counts:t}=e;if(t===null)return l;const{t:s,number:i,percent:o,bytes:n}=No(this.words),{files:a}=t,h={...t,linked:Math.max(0,t.linked-t.held)},u=["linked","kept","to_upload","held","failed","unresolved"].filter(p=>h[p]>0),O=Math.max(a,h.linked+h.kept+h.held),D=Math.min(O,h.linked+h.kept),L=D===O?100:Math.min(99,Math.floor(100*D/O));return r`<div>
      <p class="row">
        <b class="grow">${s("agree",{percent:o(L)})}</b
        ><span class="soft">${s("files",{count:a})}, ${n(t.bytes)}</span>
      </p>
      <div class="agreement" role="img" aria-label=${s("agree",{percent:o(L)})}>
        ${u.map(p=>r`<span class=${p} style="flex:${h[p]} 1 0"></span>`)}
      </div>
      <ul class="row legend">
        ${u.map(p=>r`<li class="row">
              <span class="key ${p}"></span>${i(h[p])} ${s(`count_${p}`)}
            </li>`)}
        ${t.released>0?r`<li>${i(t.released)} ${s("count_released")}</li>`:l}
      </ul>
    </div>`}step(e){if(e.step===null)return l;const{words:t}=this,s=e.done!==null&&e.total!==null&&e.total>0,i={done:e.done??0,total:e.total??0};return r`<p class="soft">${t.step(e.step)}${s?` – ${t.t("done_of",i)}`:l}</p>`}uploads(e){const{uploads:t}=e;if(t.length===0)return l;const{words:s}=this;return r`<div>
      <div class="row">
        <h3 class="grow">${s.t("uploading")}</h3>
        <span class="soft"
          >${e.percent===null?l:s.percent(e.percent)}
          ${e.rate?r`· ${s.t("rate",{bytes:s.bytes(e.rate)})}`:l}</span
        >
      </div>
      <ul>
        ${A(t.slice(0,et),i=>i.path,i=>{const o=i.size===0?100:Math.min(100,100*i.sent/i.size),n=i.checksum===null?null:U(e.entry_id,"linked",i.checksum);return r`<li class="sending">
              <isp-picture .pictures=${this.pictures} .path=${n}></isp-picture>
              <div>
                <div class="name">
                  <bdi>${i.path}</bdi><span>${s.bytes(i.sent)} / ${s.bytes(i.size)}</span>
                </div>
                <span
                  class="bar"
                  role="progressbar"
                  aria-label=${i.path}
                  aria-valuemin="0"
                  aria-valuemax="100"
                  aria-valuenow=${Math.floor(o)}
                  ><span style="inline-size:${o}%"></span
                ></span>
              </div>
            </li>`})}
      </ul>
      ${t.length>et?r`<p class="soft">${s.t("more_uploads",{count:t.length-et})}</p>`:l}
    </div>`}buttons(e){const{t}=this.words,s=this.busy===e.folder_id,[i,o,n]=e.paused?["resume",t("resume"),Mt]:["pause",t("pause"),Kt];return r`<div class="row">
      <button type="button" ?disabled=${s||e.paused} @click=${()=>this.control(e,"sync_now")}>
        <span class="icon">${f(Tt)}</span>${t("sync_now")}
      </button>
      <button type="button" ?disabled=${s} @click=${()=>this.control(e,i)}>
        <span class="icon">${f(n)}</span>${o}
      </button>
    </div>`}async control(e,t){this.busy=e.folder_id,this.failed=void 0;try{await this.api.control(e,t)}catch(s){this.failed=y(s)}finally{this.busy=void 0}}};K.styles=[C,m`
      .all {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 16px;
      }
      .folders {
        display: grid;
        gap: 16px;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 420px), 1fr));
        align-items: start;
      }
      .folder {
        display: grid;
        gap: 12px;
      }
      .state {
        display: inline-flex;
        align-items: center;
        gap: 6px;
        padding: 3px 10px;
        border: 1px solid var(--isp-line);
        border-radius: 14px;
        font-size: 13px;
      }
      .dot {
        inline-size: 10px;
        block-size: 10px;
        border-radius: 50%;
        background: var(--isp-accent);
      }
      .dot.in_agreement {
        background: var(--isp-good);
      }
      .dot.waiting_for_decision,
      .dot.waiting_for_syncthing,
      .dot.waiting_for_immich,
      .dot.paused,
      .dot.recovery {
        background: var(--isp-warn);
      }
      .dot.error {
        background: var(--isp-bad);
      }
      .next {
        display: flex;
        gap: 10px;
        font-size: 16px;
      }
      .next .icon {
        inline-size: 24px;
        block-size: 24px;
      }
      .next.nothing .icon {
        color: var(--isp-good);
      }
      .next.decide .icon,
      .next.wait .icon {
        color: var(--isp-warn);
      }
      .next.repair .icon {
        color: var(--isp-bad);
      }
      .agreement {
        display: flex;
        gap: 2px;
        block-size: 12px;
        overflow: hidden;
        border-radius: 6px;
        background: var(--isp-line);
      }
      .agreement span {
        min-inline-size: 3px;
      }
      .linked {
        background: var(--isp-good);
      }
      .to_upload {
        background: var(--isp-accent);
      }
      .held {
        background: var(--isp-warn);
      }
      .failed {
        background: var(--isp-bad);
      }
      .kept {
        background: var(--isp-soft);
      }
      .unresolved {
        background: repeating-linear-gradient(45deg, var(--isp-soft) 0 4px, transparent 4px 8px);
      }
      .legend {
        gap: 4px 14px;
        margin-block-start: 8px;
        font-size: 13px;
      }
      .legend .row {
        gap: 6px;
      }
      .key {
        inline-size: 10px;
        block-size: 10px;
        border-radius: 3px;
      }
      ul {
        display: grid;
        gap: 8px;
        margin: 0;
        padding: 0;
        list-style: none;
      }
      .sending {
        display: grid;
        grid-template-columns: 48px minmax(0, 1fr);
        gap: 10px;
        align-items: center;
      }
      .name {
        display: flex;
        justify-content: space-between;
        gap: 8px;
        margin-block-end: 4px;
        font-size: 13px;
      }
      .name bdi {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .ask {
        inline-size: 100%;
        border-color: var(--isp-warn);
        border-radius: 12px;
        background: var(--card-background-color, #fff);
        justify-content: flex-start;
        padding: 14px 16px;
        font-size: 16px;
        text-align: start;
      }
      .ask .icon {
        color: var(--isp-warn);
      }
      .ask .chevron:dir(rtl) {
        transform: scaleX(-1);
      }
    `];ft([c()],K.prototype,"failed",2);ft([c()],K.prototype,"busy",2);K=ft([x("isp-overview")],K);function To(e,t){return e.devices.some(s=>s.name===t&&s.connected)}function No(e){return{t:e.t,number:t=>e.number(t),percent:t=>e.percent(t),bytes:t=>e.bytes(t)}}var Io=Object.defineProperty,qo=Object.getOwnPropertyDescriptor,G=(e,t,s,i)=>{for(var o=i>1?void 0:i?qo(t,s):t,n=e.length-1,a;n>=0;n--)(a=e[n])&&(o=(i?a(t,s,o):a(o))||o);return i&&o&&Io(t,s,o),o};const zt=["ask","delete_file","trash_asset","free_file","replace_asset","upload"],Lo=12,Ro=200;let T=class extends ${constructor(){super(...arguments),this.loading=!1,this.whole=new Set,this.asked=0}willUpdate(e){const t=this.folder;(e.has("api")||t?.folder_id!==this.shown)&&(this.shown=t?.folder_id,this.preview=void 0,t&&this.look(t))}render(){const{words:e,folder:t}=this,{t:s}=e;if(t===void 0)return r`<p class="soft">${s("no_folders")}</p>`;const{folders:i}=this.overview,o=i.map(n=>[n.folder_id,n.label]);return r`<div class="all">
      <p class="soft">${s("preview_intro")}</p>
      <div class="fields">
        ${i.length>1?Y(s("folder"),o,t.folder_id,n=>this.chosen=n):r`<h2 class="grow"><bdi>${t.label}</bdi></h2>`}
        <button type="button" ?disabled=${this.loading} @click=${()=>{this.look(t)}}>
          <span class="icon">${f(Tt)}</span>${s("preview_again")}
        </button>
      </div>
      <div role="status">${this.loading?r`<p class="soft">${s("preview_looking")}</p>`:l}</div>
      ${this.failed?r`<p class="notice error" role="alert">${this.failed}</p>`:l}
      ${this.preview?this.told(t,this.preview):l}
    </div>`}get folder(){const{folders:e}=this.overview;return e.find(t=>t.folder_id===this.chosen)??e[0]}told(e,t){const{words:s}=this,{t:i}=s,o=[...t.groups].sort((n,a)=>Ot(n)-Ot(a));return r`
      ${t.problem?r`<p class="notice error">${t.problem}</p>`:l}
      ${e.paused||this.overview.stopped?r`<p class="notice">${i("preview_paused")}</p>`:l}
      ${t.waiting>0?r`<p class="notice">${i("preview_waiting",{count:t.waiting})}</p>`:l}
      ${o.length===0&&!t.problem?r`<div class="card"><h2>${i("preview_nothing")}</h2></div>`:l}
      ${o.map(n=>this.group(e,t,n))}
    `}group(e,t,s){const{words:i}=this,{t:o}=i,n=Lt(s),a=`${s.action} ${s.reason??""}`,h=s.count??s.items.length,u=s.count===null&&h>=Ro,O=this.whole.has(a)?s.items:s.items.slice(0,Lo),D=s.reason===null?"":i.reason(s.reason);return r`<section class="card group ${n==="delete_file"||n==="trash_asset"||n==="free_file"?"away":""}" aria-label=${o(`plan_${n}`)}>
      <div class="row">
        <span class="count">${i.number(h)}${u?"+":l}</span>
        <div class="grow">
          <h2>${o(`plan_${n}`)}</h2>
          <span class="soft"
            >${D}${n==="upload"&&t.upload_bytes>0?r`${D?" · ":l}${i.bytes(t.upload_bytes)}`:l}</span
          >
        </div>
      </div>
      <ul class="photos">
        ${O.map(p=>r`<li>
              <isp-picture
                .pictures=${this.pictures}
                .path=${p.checksum?U(e.entry_id,"linked",p.checksum):null}
                ?video=${p.is_video}
              ></isp-picture>
              <bdi class="soft" title=${p.path}>${p.path.slice(p.path.lastIndexOf("/")+1)}</bdi>
            </li>`)}
      </ul>
      ${O.length<s.items.length?r`<div>
            <button type="button" @click=${()=>this.whole=new Set([...this.whole,a])}>
              ${o("preview_more",{count:s.items.length})}
            </button>
          </div>`:h>s.items.length&&s.items.length>0?r`<p class="soft">${o("preview_first",{count:s.items.length})}</p>`:l}
    </section>`}async look(e){const t=++this.asked;this.loading=!0,this.failed=void 0;try{const s=await this.api.preview(e.entry_id,e.folder_id);if(t!==this.asked)return;this.preview=s,this.whole=new Set}catch(s){t===this.asked&&(this.failed=y(s))}finally{t===this.asked&&(this.loading=!1)}}};T.styles=[C,ut,m`
      .all {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 16px;
      }
      .group {
        display: grid;
        gap: 10px;
      }
      .count {
        font-size: 24px;
        font-weight: 500;
      }
      .away .count {
        color: var(--isp-bad);
      }
      .photos {
        display: grid;
        gap: 6px;
        grid-template-columns: repeat(auto-fill, minmax(88px, 1fr));
        margin: 0;
        padding: 0;
        list-style: none;
      }
      .photos li {
        min-inline-size: 0;
      }
      .photos bdi {
        display: block;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
        font-size: 12px;
      }
    `];G([c()],T.prototype,"chosen",2);G([c()],T.prototype,"preview",2);G([c()],T.prototype,"loading",2);G([c()],T.prototype,"failed",2);G([c()],T.prototype,"whole",2);T=G([x("isp-preview")],T);function Lt(e){return e.action.startsWith("ask_")?"ask":e.action}function Ot(e){const t=zt.indexOf(Lt(e));return t<0?zt.length:t}const Ho=new Set(["already_there","under_way","no_bytes","no_place","excluded","locked","its_photo"]);function Uo(e,t){const{t:s}=e,i=[];t.back>0&&i.push(s("restored_back",{count:t.back})),t.under_way>0&&i.push(s("restored_under_way",{count:t.under_way}));for(const{folder:o,reason:n}of t.waiting??[])i.push(s("restored_waits",{folder:o??"",reason:e.state(n)}));t.moved_on>0&&i.push(s("restored_moved_on",{count:t.moved_on}));for(const[o,n]of Object.entries(t.hindrances))i.push(Ho.has(o)?s(`stays_${o}`,{count:n}):s("stays",{count:n}));return t.complete||i.push(s("restored_goes_on")),i.length?i:[s("restored_nothing")]}var Bo=Object.defineProperty,Wo=Object.getOwnPropertyDescriptor,b=(e,t,s,i)=>{for(var o=i>1?void 0:i?Wo(t,s):t,n=e.length-1,a;n>=0;n--)(a=e[n])&&(o=(i?a(t,s,o):a(o))||o);return i&&o&&Bo(t,s,o),o};const Go=200,st=1e4,Fo=300;let v=class extends ${constructor(){super(...arguments),this.text="",this.month="",this.months=[],this.entries=[],this.next=null,this.loading=!1,this.selection=new Set,this.restoring=!1,this.told=[],this.grid=[],this.asked=0,this.typed=new Nt(Fo),this.selectAll=async()=>{for(;this.next!==null;)if(!await this.page())return;this.selection=new Set(this.entries.map(e=>e.checksum))},this.selectNone=()=>{this.selection=new Set}}disconnectedCallback(){super.disconnectedCallback(),this.typed.stop()}willUpdate(e){const t=Z(this.overview,this.chosen)?.entry_id;(e.has("api")||t!==this.shown)&&(this.shown=t,this.month="",this.told=[],this.begin())}render(){const{words:e,selection:t,total:s}=this,{t:i}=e,o=Z(this.overview,this.chosen);if(o===void 0)return r`<p class="soft">${i("no_account")}</p>`;const n=!this.loading&&!this.failed&&this.entries.length===0;return r`<div class="all">
      <div class="fields">
        ${It(e,this.overview,o,a=>this.chosen=a)}
        ${X(i("vault_search"),"search",this.text,a=>this.search(a))}
        ${Y(i("vault_month"),this.monthOptions(),this.month,a=>this.look(a))}
      </div>
      <div role="status">
        ${this.told.length?r`<div class="notice done told">${this.told.map(a=>r`<p>${a}</p>`)}</div>`:l}
      </div>
      <div class="row tools">
        <span class="grow" aria-live="polite"
          >${t.size>0?i("vault_selected",{count:t.size}):s===void 0?i("loading"):i("vault_total",{count:s})}</span
        >
        <button type="button" ?disabled=${this.loading||n} @click=${this.selectAll}>${i("select_all")}</button>
        <button type="button" ?disabled=${t.size===0} @click=${this.selectNone}>${i("select_none")}</button>
      </div>
      ${n?r`<div class="card">
            <p>${i(this.text||this.month?"vault_nothing_found":"vault_empty")}</p>
          </div>`:r`<isp-grid
            .items=${this.grid}
            .selection=${t}
            .pictures=${this.pictures}
            .label=${i("vault_photos")}
            .more=${this.next!==null}
            @selected=${a=>this.selection=a.detail}
            @all=${this.selectAll}
            @more=${()=>{this.page()}}
          ></isp-grid>`}
      ${this.loading?r`<p class="soft" role="status">${i("loading")}</p>`:l} ${this.answers()}
    </div>`}answers(){const{t:e}=this.words,t=this.selection.size;return r`<div class="answers">
      ${this.failed?r`<p class="bad" role="alert">${this.failed}</p>`:l}
      ${this.overview.may_decide?r`<div class="row">
            <button
              type="button"
              class="main"
              ?disabled=${t===0||t>st||this.restoring}
              @click=${()=>{this.restore()}}
            >
              <span class="icon">${f(dt)}</span>
              ${this.restoring?e("vault_restoring"):t===0?e("vault_restore_none"):e("vault_restore",{count:t})}
            </button>
            ${t>st?r`<span class="soft">${e("vault_at_most",{count:st})}</span>`:l}
          </div>`:r`<p class="soft">${e("vault_admins")}</p>`}
    </div>`}monthOptions(){const{words:e}=this,t=this.months.map(({month:s,count:i})=>[s,`${e.month(`${s}-15T12:00:00Z`)} (${e.number(i)})`]);return[["",e.t("vault_any_month")],...t]}search(e){this.text=e,this.typed.run(()=>this.begin())}look(e){this.month=e,this.begin()}begin(){this.asked++,this.keep([]),this.next=null,this.total=void 0,this.failed=void 0,this.loading=!1,this.selection=new Set,this.shown!==void 0&&this.page()}async page(){const e=this.shown;if(e===void 0||this.loading)return!1;const t=this.asked;this.loading=!0;try{const s=await this.api.vault(e,{limit:Go,...this.text.trim()?{text:this.text.trim()}:{},...this.month?{month:this.month}:{},...this.next===null?{}:{after:this.next}});return t!==this.asked?!1:(this.keep([...this.entries,...s.entries]),this.next=s.next,this.total=s.total??this.total??this.entries.length,s.months&&!this.month&&(this.months=s.months),!0)}catch(s){return t===this.asked&&(this.failed=y(s)),!1}finally{t===this.asked&&(this.loading=!1)}}keep(e){const{words:t}=this;this.entries=e,this.grid=e.map(s=>({key:s.checksum,picture:U(this.shown??"","vault",s.checksum),title:s.path,note:`${t.date(s.at)} · ${t.vaultReason(s.reason)}`,video:s.is_video}))}async restore(){const e=this.shown;if(e===void 0)return;const t=this.asked;this.restoring=!0,this.failed=void 0,this.told=[];try{const s=await this.api.restore(e,[...this.selection]);if(t!==this.asked)return;this.told=Uo(this.words,s),this.selection=new Set}catch(s){t===this.asked&&(this.failed=y(s))}finally{this.restoring=!1}}};v.styles=[C,ut,m`
      .all {
        /* No grid: what sticks would stick to its own row. */
        display: flex;
        flex-direction: column;
        gap: 12px;
      }
      .tools,
      .answers {
        position: sticky;
        z-index: 1;
        padding-block: 8px;
        background: var(--primary-background-color, #fafafa);
      }
      .tools {
        inset-block-start: 0;
      }
      .answers {
        inset-block-end: 0;
        border-block-start: 1px solid var(--isp-line);
      }
      .told {
        display: grid;
        gap: 4px;
      }
    `];b([c()],v.prototype,"chosen",2);b([c()],v.prototype,"text",2);b([c()],v.prototype,"month",2);b([c()],v.prototype,"months",2);b([c()],v.prototype,"total",2);b([c()],v.prototype,"entries",2);b([c()],v.prototype,"next",2);b([c()],v.prototype,"loading",2);b([c()],v.prototype,"selection",2);b([c()],v.prototype,"failed",2);b([c()],v.prototype,"restoring",2);b([c()],v.prototype,"told",2);v=b([x("isp-vault")],v);var Vo=Object.defineProperty,Ko=Object.getOwnPropertyDescriptor,I=(e,t,s,i)=>{for(var o=i>1?void 0:i?Ko(t,s):t,n=e.length-1,a;n>=0;n--)(a=e[n])&&(o=(i?a(t,s,o):a(o))||o);return i&&o&&Vo(t,s,o),o};const it={overview:e=>r`<isp-overview
    .api=${e.api} .overview=${e.overview} .words=${e.words} .pictures=${e.pictures} .narrow=${e.narrow} .query=${e.query}
  ></isp-overview>`,review:e=>r`<isp-holds
    .api=${e.api} .overview=${e.overview} .words=${e.words} .pictures=${e.pictures} .narrow=${e.narrow} .query=${e.query}
  ></isp-holds>`,vault:e=>r`<isp-vault
    .api=${e.api} .overview=${e.overview} .words=${e.words} .pictures=${e.pictures} .narrow=${e.narrow} .query=${e.query}
  ></isp-vault>`,history:e=>r`<isp-history
    .api=${e.api} .overview=${e.overview} .words=${e.words} .pictures=${e.pictures} .narrow=${e.narrow} .query=${e.query}
  ></isp-history>`,preview:e=>r`<isp-preview
    .api=${e.api} .overview=${e.overview} .words=${e.words} .pictures=${e.pictures} .narrow=${e.narrow} .query=${e.query}
  ></isp-preview>`},Yo="overview",St="/config/integrations/integration/immich_syncthing",Pt=["location-changed","popstate"];let P=class extends H{constructor(){super(...arguments),this.narrow=!1,this.route={prefix:"",path:""},this.connected=!0,this.search="",this.asked={},this.tab=null,this.disconnected=()=>{this.connected=!1},this.moved=()=>this.requestUpdate(),this.navigated=e=>{const{view:t,query:s}=e.detail;this.go(t,s)}}connectedCallback(){super.connectedCallback(),this.addEventListener("navigate",this.navigated);for(const e of Pt)window.addEventListener(e,this.moved);this.follow()}disconnectedCallback(){super.disconnectedCallback(),this.removeEventListener("navigate",this.navigated);for(const e of Pt)window.removeEventListener(e,this.moved);this.leave()}shouldUpdate(e){const t=e.get("hass");if(e.size>1||!e.has("hass")||!t)return!0;const{hass:s}=this;return t.connection!==s.connection||t.language!==s.language||t.dockedSidebar!==s.dockedSidebar||t.themes?.darkMode!==s.themes?.darkMode||this.connected!==s.connection.connected}willUpdate(e){if(!e.has("hass")||!this.hass)return;const t=e.get("hass"),s=t?.connection!==this.hass.connection||t.language!==this.hass.language;(this.unsubscribe===void 0||t!==void 0&&s)&&this.follow(),this.language!==this.hass.language&&this.speak(),this.connected=this.hass.connection.connected,this.style.colorScheme=this.hass.themes?.darkMode?"dark":"light"}updated(){const e=this.renderRoot.querySelector("nav [aria-current]");e!==this.tab&&(this.tab=e,e?.scrollIntoView({block:"nearest",inline:"center"}))}render(){const{words:e,overview:t,api:s,pictures:i}=this;if(!e||!s||!i)return r`<header><h1>${this.menu()}</h1></header>`;const o=this.view;return r`
      <header dir=${e.rtl?"rtl":l}>
        ${this.menu(e)}
        <h1 class="grow">${e.t("title")}</h1>
        ${t?.may_decide?this.settings(e):l}
      </header>
      <nav aria-label=${e.t("parts")}>
        ${Object.keys(it).map(n=>r`<a
              href="${this.route.prefix}/${n}"
              aria-current=${n===o?"page":l}
              @click=${a=>this.follows(a,n)}
              >${e.t(`tab_${n}`)}${n==="review"&&t?.holds.length?r`<span class="many">${e.number(t.holds.length)}</span>`:l}</a
            >`)}
      </nav>
      <main tabindex="-1">
        <div class="inside">
          ${this.trouble(e)}
          ${t?it[o]({api:s,overview:t,words:e,pictures:i,narrow:this.narrow,query:this.query}):r`<p class="soft" role="status">${e.t("loading")}</p>`}
        </div>
      </main>
    `}menu(e){const t=()=>{this.dispatchEvent(new CustomEvent("hass-toggle-menu",{bubbles:!0,composed:!0}))},s=this.narrow||this.hass.dockedSidebar==="always_hidden";return r`<button type="button" ?hidden=${!s} aria-label=${e?.t("menu")??l} @click=${t}>
      ${f(Yt)}
    </button>`}settings(e){const t=s=>{Ct(s)&&(s.preventDefault(),Et(St))};return r`<a class="button" href=${St} aria-label=${e.t("settings")} @click=${t}>${f(Xt)}</a>`}trouble(e){if(!this.connected||this.lost){const t=this.lost&&this.lost.code!=="unknown_command"?this.lost.message:e.t("reconnecting");return r`<p class="notice" role="status">${t}</p>`}return this.overview?.stopped?r`<p class="notice error" role="status">${e.t("stopped")}</p>`:l}get view(){const e=this.route.path.split("/")[1]??"";return Object.hasOwn(it,e)?e:Yo}get query(){const{search:e}=window.location;return e!==this.search&&(this.search=e,this.asked=Object.fromEntries(new URLSearchParams(e))),this.asked}follow(){if(!this.isConnected||!this.hass)return;this.leave();const e=this.api=Q.of(this.hass);this.pictures=new Jt((t,s)=>this.hass.fetchWithAuth(t,s)),this.unsubscribe=e.overview(t=>{this.overview=t,this.lost=void 0,this.connected=!0},t=>this.lost=t),this.hass.connection.addEventListener("disconnected",this.disconnected)}leave(){this.unsubscribe?.(),this.unsubscribe=void 0,this.pictures?.clear(),this.hass?.connection.removeEventListener("disconnected",this.disconnected)}async speak(){const e=this.language=this.hass.language,t=await Vi(this.hass,Q.of(this.hass));this.language===e&&(this.words=t)}follows(e,t){Ct(e)&&(e.preventDefault(),this.go(t,{}))}go(e,t){const s=new URLSearchParams(t).toString();Et(`${this.route.prefix}/${e}${s?`?${s}`:""}`),this.renderRoot.querySelector("main")?.scrollTo({top:0})}};P.styles=[C,m`
      :host {
        display: flex;
        flex-direction: column;
        /* Home Assistant gives it no height: without one, nothing would stick to the edges of the screen. */
        block-size: 100dvh;
        background: var(--primary-background-color, #fafafa);
      }
      header {
        display: flex;
        flex: none;
        align-items: center;
        gap: 8px;
        min-block-size: var(--header-height, 56px);
        padding-inline: 12px;
        background: var(--app-header-background-color, var(--primary-color, #009ac7));
        color: var(--app-header-text-color, #fff);
        border-block-end: var(--app-header-border-bottom, none);
      }
      h1 {
        margin: 0;
        padding-inline: 4px;
        /* Large enough for the little contrast that Home Assistant's own colours have here. */
        font-size: 24px;
        font-weight: 400;
      }
      header :is(button, a) {
        inline-size: 44px;
        min-block-size: 44px;
        padding: 10px;
        border-color: transparent;
        color: inherit;
      }
      nav {
        display: flex;
        flex: none;
        overflow-x: auto;
        padding-inline: 8px;
        background: var(--card-background-color, #fff);
        border-block-end: 1px solid var(--isp-line);
        scrollbar-width: none;
      }
      nav a {
        display: flex;
        flex: none;
        align-items: center;
        gap: 6px;
        min-block-size: 48px;
        padding-inline: 14px;
        border-block-end: 3px solid transparent;
        color: inherit;
        font-weight: 500;
        text-decoration: none;
      }
      nav a:focus-visible {
        outline-offset: -2px;
      }
      nav a[aria-current] {
        border-block-end-color: var(--isp-accent);
      }
      .many {
        min-inline-size: 22px;
        padding: 1px 6px;
        border-radius: 11px;
        background: var(--primary-text-color, #141414);
        color: var(--card-background-color, #fff);
        font-size: 12px;
        text-align: center;
      }
      main {
        flex: 1;
        min-block-size: 0;
        overflow-y: auto;
        outline: none;
      }
      .inside {
        max-inline-size: 1200px;
        margin-inline: auto;
        padding: 16px;
      }
      .notice {
        margin-block-end: 16px;
      }
      @media (max-width: 600px) {
        .inside {
          padding: 8px;
        }
      }
    `];I([d({attribute:!1})],P.prototype,"hass",2);I([d({type:Boolean})],P.prototype,"narrow",2);I([d({attribute:!1})],P.prototype,"route",2);I([c()],P.prototype,"overview",2);I([c()],P.prototype,"words",2);I([c()],P.prototype,"lost",2);I([c()],P.prototype,"connected",2);P=I([x("immich-syncthing-panel")],P);function Ct(e){return!e.ctrlKey&&!e.metaKey&&!e.shiftKey&&e.button===0}function Et(e){window.history.pushState(null,"",e),window.dispatchEvent(new CustomEvent("location-changed",{detail:{replace:!1}}))}export{P as Panel};
