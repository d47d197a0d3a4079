import{i as g,n as d,r as c,a as L,b as r,A as l,c as A}from"./lit.js";import{n as Qt,a as Zt,i as w,I as te,P as Lt,d as _,C as ut,U as ft,D as Rt,b as Ut,c as rt,Q as Ht,A as ee,e as se,f as ie,g as oe,h as ne,S as Bt,M as re,j as ae}from"./times.js";const at="immich_syncthing",le=3,Wt="disconnected",bt=[500,1e3,2e3,5e3];function W(e,t,s){return`/api/${at}/media/${e}/${t}/${s}/thumbnail`}function m(e,t){const{code:s,message:i}=lt(e);return s===Wt?t.t("reconnecting"):i}function lt(e){if((e?.error?.code??e)===le)return{code:Wt,message:"Connection lost"};const{code:s="",message:i}=e??{};return{code:s,message:i||String(e)}}class Q{constructor(t,s){this.connection=t,this.language=s}static of(t){return new Q(t.connection,t.language)}overview(t,s){return this.follow("overview/subscribe",{},t,s)}newChanges(t,s,i){return this.follow("history/subscribe",{entry_id:t},s,void 0,i)}history(t,s){return this.ask("history",{entry_id:t,...s})}heldItems(t,s){return this.ask("hold/items",{entry_id:t.entry_id,hold_id:t.hold_id,...s})}answer(t,s,i){const{entry_id:o,hold_id:n,revision:a}=t;return this.ask("hold/answer",{entry_id:o,hold_id:n,revision:a,answer:s,...i?{items:i}:{}})}answers(t,s){return this.ask("answers",{entry_id:t,...s})}reconsider(t,s){return this.ask("reconsider",{entry_id:t,answer_id:s})}vault(t,s){return this.ask("vault/list",{entry_id:t,...s})}restore(t,s){return this.ask("vault/restore",{entry_id:t,checksums:s})}preview(t,s){return this.ask("preview",{entry_id:t,folder_id:s})}control(t,s,i){const{entry_id:o,folder_id:n}=t;return this.ask("folder/control",{entry_id:o,folder_id:n,do:s,...i?{hours:i}:{}})}async translations(t,s){const i={type:"frontend/get_translations",language:t,category:s,integration:[at]};return(await this.connection.sendMessagePromise(i)).resources}message(t,s){return{type:`${at}/${t}`,language:this.language,...s}}async ask(t,s){try{return await this.connection.sendMessagePromise(this.message(t,s))}catch(i){throw lt(i)}}follow(t,s,i,o,n){let a=!1,h=0,p,k;const f=async()=>{const u=++h;window.clearTimeout(p),k=void 0;for(let mt=0;!a&&u===h;mt++)try{const X=await this.connection.subscribeMessage(tt=>{!a&&u===h&&i(tt)},this.message(t,s),{resubscribe:!1});a||u!==h?X().catch(()=>{}):(k=X,n?.());return}catch(X){if(a||u!==h)return;o?.(lt(X));const tt=bt[Math.min(mt,bt.length-1)];await new Promise(Jt=>p=window.setTimeout(Jt,tt))}},H=()=>{f()};return this.connection.addEventListener("ready",H),f(),()=>{a=!0,window.clearTimeout(p),this.connection.removeEventListener("ready",H),k?.().catch(()=>{})}}}const ce=400,he=6;class de{constructor(t,s=ce){this.load=t,this.limit=s,this.pictures=new Map,this.running=0}get size(){return this.pictures.size}take(t){const s=this.pictures.get(t)??this.wish(t);this.pictures.delete(t),this.pictures.set(t,s),s.uses++,this.next();let i=!1;const o=()=>{i||(i=!0,s.uses--,s.uses===0&&s.state!=="there"&&this.drop(s),this.trim())};return{url:s.url,release:o}}clear(){for(const t of this.pictures.values())this.drop(t)}wish(t){let s=()=>{};const i=new Promise(o=>s=o);return{path:t,abort:new AbortController,url:i,settle:s,state:"wanted",uses:0,object:null}}next(){for(const t of this.pictures.values()){if(this.running>=he)return;t.state==="wanted"&&this.fetch(t)}}async fetch(t){t.state="fetched",this.running++;try{const s=await this.load(t.path,{signal:t.abort.signal});s.ok?this.arrived(t,await s.blob()):this.drop(t)}catch{this.drop(t)}finally{this.running--,this.next()}}arrived(t,s){t.state==="fetched"&&(t.object=URL.createObjectURL(s),t.state="there",t.settle(t.object),this.trim())}trim(){for(const t of this.pictures.values()){if(this.pictures.size<=this.limit)return;t.uses===0&&this.drop(t)}}drop(t){t.state="gone",t.abort.abort(),t.settle(null),this.pictures.get(t.path)===t&&this.pictures.delete(t.path),t.object!==null&&URL.revokeObjectURL(t.object)}}const S=g`
  :host {
    display: block;
    color: var(--primary-text-color, #141414);
    font-family: var(--ha-font-family-body, Roboto, Noto, sans-serif);
    font-size: 14px;
    line-height: 1.45;
    /* What people and their phones name may be one word that is wider than a screen. */
    overflow-wrap: break-word;
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
`,pe="Photos",ue="Menu",fe="Settings",we="Parts of this page",ve="Loading…",ge="Not known yet",me="Home Assistant does not answer. This page goes on by itself as soon as it does.",be="Everything is stopped: nothing is uploaded or deleted until you resume it.",ye="Overview",_e="To decide",$e="No folder yet",ke="Add one: Settings > Devices & services > Immich Syncthing > Add folder.",xe="What was done last",Oe="Nothing was done yet.",Se="Look at the photos and decide",ze="{percent} in agreement",Ce="{count} file",Pe="{count} files",Ee="in folder and Immich",Me="only in the folder, on purpose",De="only in Immich, on purpose",Ae="to upload",Ne="to decide",je="failed",Te="being read",qe="{done} of {total}",Ie="Uploading",Le="{bytes}/s",Re="and {count} more",Ue="and {count} more",He="{device} has everything",Be="{device} has {percent}",We="{device} is not connected",Fe="Compared {ago}",Ge="Not compared yet",Ve="Sync now",Ke="Pause",Ye="Resume",Xe="Nothing waits for your decision",Je="When more photos are deleted at once than passes without asking, they are shown here first, and nothing happens to them until you decide.",Qe="{count} question waits for your answer",Ze="{count} questions wait for your answer",ts="This question was answered meanwhile.",es="All questions",ss="Asked {ago}",is="More photos joined this question since you opened it. Your answer does not touch them.",os="Show them",ns="{count} photo. Select it, or answer at once.",rs="{count} photos. Select some, or answer for all of them.",as="{count} of {total} selected",ls="Select all",cs="Select none",hs="Photo without a file",ds="Photos of this question",ps="Decide for the photo",us="Decide for all {count} photos",fs="Decide for the selected photo",ws="Decide for the {count} selected photos",vs="Select photos to decide, or select all.",gs="Not now",ms="You can look at everything here. Only administrators of Home Assistant can decide.",bs="{count} photo.",ys="{count} photos.",_s="{count} photo still waits.",$s="{count} photos still wait.",ks="Answers that you can still take back",xs="Take it back",Os="You are asked about {count} photo again.",Ss="You are asked about {count} photos again.",zs="{count} photo is being brought back.",Cs="{count} photos are being brought back.",Ps="Deleted photos",Es="History",Ms="Preview",Ds="Account",As="Folder",Ns="All folders",js="No account works just now. The overview says why.",Ts="Search by name",qs="Deleted in",Is="Any month",Ls="Deleted photos that can be brought back",Rs="{count} photo can be brought back",Us="{count} photos can be brought back",Hs="{count} selected",Bs="{count} selected",Ws="Nothing was deleted so far. What is deleted is kept here for a while, and can be brought back.",Fs="Nothing that was deleted matches this.",Gs="Bring {count} photo back",Vs="Bring {count} photos back",Ks="Select photos to bring them back",Ys="They are being brought back…",Xs="At most {count} at once.",Js="Only administrators of Home Assistant can bring photos back.",Qs="{count} photo is back.",Zs="{count} photos are back.",ti="{count} photo is on its way. That goes on by itself.",ei="{count} photos are on their way. That goes on by itself.",si="{folder} waits: {reason}.",ii="{count} photo was settled otherwise meanwhile.",oi="{count} photos were settled otherwise meanwhile.",ni="The rest is still being looked for. That goes on by itself.",ri="Nothing is to be brought back.",ai="{count} photo cannot be brought back.",li="{count} photos cannot be brought back.",ci="{count} photo is there already, in the folder and in Immich.",hi="{count} photos are there already, in the folder and in Immich.",di="Something is just being done with {count} photo. Try again in a moment.",pi="Something is just being done with {count} photos. Try again in a moment.",ui="{count} photo is kept nowhere any more.",fi="{count} photos are kept nowhere any more.",wi="{count} photo has no folder here any more.",vi="{count} photos have no folder here any more.",gi="{count} photo is left out by the patterns of its folder.",mi="{count} photos are left out by the patterns of their folder.",bi="{count} photo is in Immich's locked folder, or belongs to somebody else.",yi="{count} photos are in Immich's locked folder, or belong to somebody else.",_i="{count} video belongs to a live photo that does not come back.",$i="{count} videos belong to live photos that do not come back.",ki="What was done",xi="Everything",Oi="Search by name",Si="From",zi="To",Ci="Nothing that was done matches this.",Pi="Show more",Ei="{count} photo",Mi="{count} photos",Di="This is what would happen now, and to which photos. Nothing happens by looking.",Ai="Look again",Ni="Both sides are being compared…",ji="Nothing would happen: both sides agree.",Ti="The folder is paused: none of this happens before it goes on.",qi="{count} change waits until Syncthing is at rest.",Ii="{count} changes wait until Syncthing is at rest.",Li="Show {count} photo",Ri="Show {count} photos",Ui="This is the first one.",Hi="These are the first {count}.",Bi="Wait for your answer",Wi="Leave the folder, and so the phone",Fi="Go to Immich's trash",Gi="Leave the phone to free space; Immich keeps them",Vi="Are replaced in Immich by their edited version",Ki="Are stacked in Immich below their edited version",Yi="Go up to Immich",Xi="Are on both sides already",Ji="Come back in Immich",Qi="Come back into the folder",Zi="Are joined with their live photo",to="Stay only in Immich",eo="Stay only in the folder",so="Are gone from both sides",io="Copies",oo="Last one {ago}",no="{percent} complete",B={title:pe,menu:ue,settings:fe,parts:we,loading:ve,unknown:ge,reconnecting:me,stopped:be,tab_overview:ye,tab_review:_e,no_folders:$e,no_folders_do:ke,last_changes:xe,no_changes:Oe,look_and_decide:Se,agree:ze,files_one:Ce,files_other:Pe,count_linked:Ee,count_kept:Me,count_released:De,count_to_upload:Ae,count_held:Ne,count_failed:je,count_unresolved:Te,done_of:qe,uploading:Ie,rate:Le,more_uploads_one:Re,more_uploads_other:Ue,device_complete:He,device_part:Be,device_unknown:We,looked:Fe,never_looked:Ge,sync_now:Ve,pause:Ke,resume:Ye,nothing_to_decide:Xe,nothing_to_decide_why:Je,questions_one:Qe,questions_other:Ze,question_gone:ts,all_questions:es,asked:ss,joined:is,show_all:os,none_selected_one:ns,none_selected_other:rs,selected:as,select_all:ls,select_none:cs,no_file:hs,photos_of_question:ds,answer_all_one:ps,answer_all_other:us,answer_some_one:fs,answer_some_other:ws,answer_none:vs,not_now:gs,admins_decide:ms,answered_one:bs,answered_other:ys,left_one:_s,left_other:$s,given_answers:ks,take_back:xs,asked_again_one:Os,asked_again_other:Ss,brought_back_one:zs,brought_back_other:Cs,tab_vault:Ps,tab_history:Es,tab_preview:Ms,account:Ds,folder:As,all_folders:Ns,no_account:js,vault_search:Ts,vault_month:qs,vault_any_month:Is,vault_photos:Ls,vault_total_one:Rs,vault_total_other:Us,vault_selected_one:Hs,vault_selected_other:Bs,vault_empty:Ws,vault_nothing_found:Fs,vault_restore_one:Gs,vault_restore_other:Vs,vault_restore_none:Ks,vault_restoring:Ys,vault_at_most:Xs,vault_admins:Js,restored_back_one:Qs,restored_back_other:Zs,restored_under_way_one:ti,restored_under_way_other:ei,restored_waits:si,restored_moved_on_one:ii,restored_moved_on_other:oi,restored_goes_on:ni,restored_nothing:ri,stays_one:ai,stays_other:li,stays_already_there_one:ci,stays_already_there_other:hi,stays_under_way_one:di,stays_under_way_other:pi,stays_no_bytes_one:ui,stays_no_bytes_other:fi,stays_no_place_one:wi,stays_no_place_other:vi,stays_excluded_one:gi,stays_excluded_other:mi,stays_locked_one:bi,stays_locked_other:yi,stays_its_photo_one:_i,stays_its_photo_other:$i,history_action:ki,history_any:xi,history_text:Oi,history_since:Si,history_until:zi,history_nothing_found:Ci,history_more:Pi,history_items_one:Ei,history_items_other:Mi,preview_intro:Di,preview_again:Ai,preview_looking:Ni,preview_nothing:ji,preview_paused:Ti,preview_waiting_one:qi,preview_waiting_other:Ii,preview_more_one:Li,preview_more_other:Ri,preview_first_one:Ui,preview_first_other:Hi,plan_ask:Bi,plan_delete_file:Wi,plan_trash_asset:Fi,plan_free_file:Gi,plan_replace_asset:Vi,plan_stack_asset:Ki,plan_upload:Yi,plan_link:Xi,plan_restore_asset:Ji,plan_bring_back_file:Qi,plan_pair_motion:Zi,plan_release:to,plan_keep:eo,plan_remove:so,copies:io,copies_last:oo,copies_complete:no},ro=new Set(["ar","fa","he","ur"]),ao=["entity","selector","issues"],yt=["byte","kilobyte","megabyte","gigabyte","terabyte"];class lo{constructor(t,s=B,i={},o){this.language=t,this.own=s,this.theirs=i,this.zone=o,this.numbers=new Map,this.times=new Map,this.t=(n,a={})=>this.filled(this.form(n,a.count)??n,a),this.rtl=ro.has(t.split("-",1)[0]??""),this.plural=new Intl.PluralRules(s===B?"en":t)}ha(t){return this.theirs[`component.immich_syncthing.${t}`]}state(t){return t===null?this.t("unknown"):this.ha(`entity.sensor.status.state.${t}`)??t}waitReason(t){return this.ha(`entity.sensor.status.state_attributes.wait_reason.state.${t}`)??t}step(t){return this.ha(`entity.sensor.status.state_attributes.step.state.${t}`)??t}action(t){return this.ha(`selector.history_kind.options.${t}`)??t}actions(){const t="component.immich_syncthing.selector.history_kind.options.";return Object.keys(this.theirs).filter(i=>i.startsWith(t)).map(i=>i.slice(t.length)).sort((i,o)=>this.action(i).localeCompare(this.action(o),this.language))}reason(t){return this.ha(`entity.event.activity.state_attributes.reason.state.${t}`)??""}about(t,s){const o=(this.ha(`issues.hold_${t}.fix_flow.step.init.description`)??"").split(`

`),n=o.indexOf("{sample}");return o.filter((h,p)=>n<0||p!==n&&p!==n-1).map(h=>this.filled(h.replaceAll("**",""),s)).filter(h=>h!=="")}answer(t,s){return this.ha(`issues.hold_${t}.fix_flow.step.init.menu_options.${s}`)??s}meaning(t,s){return this.ha(`issues.hold_${t}.fix_flow.step.init.menu_option_descriptions.${s}`)??""}vaultReason(t){return this.ha(`selector.vault_reason.options.${t}`)??t}preset(t){return(this.ha(`selector.preset.options.${t}`)??t).split(" – ",1)[0]??t}number(t){return this.numberFormat({}).format(t)}percent(t){return this.numberFormat({style:"percent",maximumFractionDigits:0}).format(t/100)}bytes(t){let[s,i]=[0,t];for(;i>=1e3&&s<yt.length-1;)[s,i]=[s+1,i/1e3];const o={style:"unit",unit:yt[s]??"byte",maximumFractionDigits:i<10&&s>0?1:0};return this.numberFormat(o).format(i)}date(t){return this.formatted(t,{dateStyle:"medium"})}moment(t){return this.formatted(t,{dateStyle:"medium",timeStyle:"short"})}month(t){return this.formatted(t,{year:"numeric",month:"long"})}ago(t,s=Date.now()){return Zt(t,this.language,s)}filled(t,s){return t.replace(/\{(\w+)\}/g,(i,o)=>{const n=s[o];return n===void 0?"":typeof n=="number"?this.number(n):Ft(n)})}form(t,s){if(typeof s=="number"){const i=`${t}_${this.plural.select(s)}`,o=this.own[i]??this.own[`${t}_other`];if(o!==void 0)return o}return this.own[t]??B[t]}formatted(t,s){const i=this.zone===void 0?{}:{timeZone:this.zone},o=()=>new Intl.DateTimeFormat(this.language,{...s,...i});return _t(this.times,JSON.stringify(s),o).format(new Date(t))}numberFormat(t){return _t(this.numbers,JSON.stringify(t),()=>new Intl.NumberFormat(this.language,t))}}function Ft(e){return e.replace(/[\u202a-\u202e\u2066-\u2069]/g,"")}function _t(e,t,s){const i=e.get(t)??s();return e.set(t,i),i}async function co(e,t){const s=Qt(e.language),i=e.locale?.time_zone==="server"?e.config?.time_zone:void 0,[o,...n]=await Promise.all([s==="en"?B:ho(s),...ao.map(a=>t.translations(e.language,a).catch(()=>({})))]);return new lo(e.language,o,Object.assign({},...n),i)}async function ho(e){try{const t=await fetch(`${import.meta.url.replace(/[^/]*$/,"")}words/${e}.json`);return t.ok?await t.json():B}catch{return B}}class ct{constructor(t){this.milliseconds=t}run(t){this.stop(),this.timer=window.setTimeout(t,this.milliseconds)}stop(){window.clearTimeout(this.timer)}}var po=Object.defineProperty,uo=Object.getOwnPropertyDescriptor,F=(e,t,s,i)=>{for(var o=i>1?void 0:i?uo(t,s):t,n=e.length-1,a;n>=0;n--)(a=e[n])&&(o=(i?a(t,s,o):a(o))||o);return i&&o&&po(t,s,o),o};const ht=new WeakMap,$t="300px";let dt;function fo(e,t){dt??=new IntersectionObserver(s=>s.forEach(i=>ht.get(i.target)?.(i.isIntersecting)),{rootMargin:$t,scrollMargin:$t}),ht.set(e,t),dt.observe(e)}function wo(e){ht.delete(e),dt?.unobserve(e)}let N=class extends L{constructor(){super(...arguments),this.path=null,this.label="",this.video=!1,this.near=!1,this.broken=()=>{this.url=null}}connectedCallback(){super.connectedCallback(),fo(this,e=>{this.near=e,e?this.take():this.release()})}disconnectedCallback(){super.disconnectedCallback(),wo(this),this.near=!1,this.release()}willUpdate(e){!e.has("path")&&!e.has("pictures")||(this.release(),this.near&&this.take())}render(){const e=this.path?this.url:null,t=e?r`<img src=${e} alt=${this.label} decoding="async" @error=${this.broken} />`:r`<div class=${e===null?"none":l} role=${this.label?"img":l} aria-label=${this.label||l}>
          ${e===null?w(te):l}
        </div>`;return r`${t}${this.video?r`<span class="video" aria-hidden="true">${w(Lt)}</span>`:l}`}take(){if(this.taken||!this.path||!this.pictures)return;const e=this.taken=this.pictures.take(this.path);e.url.then(t=>{this.taken===e&&(this.url=t)})}release(){this.taken?.release(),this.taken=void 0,this.url=void 0}};N.styles=g`
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
  `;F([d({attribute:!1})],N.prototype,"pictures",2);F([d()],N.prototype,"path",2);F([d()],N.prototype,"label",2);F([d({type:Boolean})],N.prototype,"video",2);F([c()],N.prototype,"url",2);N=F([_("isp-picture")],N);const vo=3e4;class wt{constructor(t){this.host=t,t.addController(this)}hostConnected(){this.timer=window.setInterval(()=>this.host.requestUpdate(),vo)}hostDisconnected(){window.clearInterval(this.timer)}}var go=Object.defineProperty,R=(e,t,s,i)=>{for(var o=void 0,n=e.length-1,a;n>=0;n--)(a=e[n])&&(o=a(t,s,o)||o);return o&&go(t,s,o),o};class $ extends L{constructor(){super(),this.narrow=!1,this.query={},new wt(this)}static{this.styles=S}willUpdate(t){t.has("overview")&&this.failed===this.words.t("reconnecting")&&(this.failed=void 0)}}R([d({attribute:!1})],$.prototype,"api");R([d({attribute:!1})],$.prototype,"overview");R([d({attribute:!1})],$.prototype,"words");R([d({attribute:!1})],$.prototype,"pictures");R([d({type:Boolean})],$.prototype,"narrow");R([d({attribute:!1})],$.prototype,"query");R([c()],$.prototype,"failed");function mo(e,t,s,i){const o=t.map(n=>[n.folder_id,n.label]);return K(e.t("folder"),[["",e.t("all_folders")],...o],s,i)}function K(e,t,s,i){return r`<label class="field">
    <span>${e}</span>
    <select @change=${n=>i(n.target.value)}>
      ${t.map(([n,a])=>r`<option value=${n} ?selected=${n===s}>${a}</option>`)}
    </select>
  </label>`}function J(e,t,s,i){return r`<label class="field">
    <span>${e}</span>
    <input type=${t} .value=${s} @input=${n=>i(n.target.value)} />
  </label>`}var bo=Object.defineProperty,yo=(e,t,s,i)=>{for(var o=void 0,n=e.length-1,a;n>=0;n--)(a=e[n])&&(o=a(t,s,o)||o);return o&&bo(t,s,o),o};class vt extends ${willUpdate(t){super.willUpdate(t),t.has("query")&&(this.chosen=this.query.config_entry??this.chosen),t.has("api")&&(this.shown=void 0);const{account:s}=this;this.chosen=s?.entry_id??this.chosen,s?.loaded!==!1&&(t.has("api")||s?.entry_id!==this.shown)&&(this.shown=s?.entry_id,this.begins())}render(){const{account:t}=this;return t?.loaded?this.about(t):r`<div class="all">
      <div class="fields">${this.accounts()}</div>
      ${t?.problem?r`<p class="notice" role="status"><span><bdi>${t.title}</bdi>: ${t.problem}</span></p>`:r`<p class="soft" role="status">${this.words.t("no_account")}</p>`}
    </div>`}accounts(){const{account:t}=this,s=this.overview.accounts.filter(i=>i.loaded||i.entry_id===t?.entry_id);return s.length<2?l:K(this.words.t("account"),s.map(i=>[i.entry_id,i.title]),t?.entry_id??"",i=>this.chosen=i)}get account(){const{accounts:t}=this.overview;return t.find(s=>s.entry_id===this.chosen)??t.find(s=>s.loaded)}}yo([c()],vt.prototype,"chosen");const gt=g`
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
`;var _o=Object.defineProperty,$o=Object.getOwnPropertyDescriptor,M=(e,t,s,i)=>{for(var o=i>1?void 0:i?$o(t,s):t,n=e.length-1,a;n>=0;n--)(a=e[n])&&(o=(i?a(t,s,o):a(o))||o);return i&&o&&_o(t,s,o),o};const ko=100,kt=500,xo=300;let x=class extends vt{constructor(){super(...arguments),this.folder="",this.action="",this.text="",this.since="",this.until="",this.older=null,this.loading=!1,this.paged=0,this.asked=0,this.fresh=[],this.typed=new ct(xo)}connectedCallback(){super.connectedCallback(),this.hasUpdated&&this.follow()}disconnectedCallback(){super.disconnectedCallback(),this.typed.stop(),this.unsubscribe?.(),this.unsubscribe=void 0}begins(){this.folder="",this.follow()}about(e){const{words:t}=this,{t:s}=t,i=this.overview.folders.filter(n=>n.entry_id===e.entry_id),o=t.actions().map(n=>[n,t.action(n)]);return r`<div class="all">
      <div class="fields">
        ${this.accounts()}
        ${mo(t,i,this.folder,n=>this.filter(()=>this.folder=n))}
        ${K(s("history_action"),[["",s("history_any")],...o],this.action,n=>this.filter(()=>this.action=n))}
        ${J(s("history_text"),"search",this.text,n=>{this.text=n,this.typed.run(()=>this.begin())})}
        ${J(s("history_since"),"date",this.since,n=>this.filter(()=>this.since=n))}
        ${J(s("history_until"),"date",this.until,n=>this.filter(()=>this.until=n))}
      </div>
      ${this.failed?r`<p class="bad" role="alert">${this.failed}</p>`:l} ${this.list()}
      ${this.loading||this.changes===void 0&&!this.failed?r`<p class="soft" role="status">${s("loading")}</p>`:l}
      ${this.older!==null&&!this.loading?r`<button type="button" class="more" @click=${()=>{this.page()}}>${s("history_more")}</button>`:l}
    </div>`}list(){const{changes:e,words:t}=this;if(e===void 0)return l;if(e.length===0){const s=Object.keys(this.wanted()).length>0;return r`<p class="soft">${t.t(s?"history_nothing_found":"no_changes")}</p>`}return r`<ol class="card">
      ${A(e,s=>s.id,s=>this.line(s))}
    </ol>`}line(e){const{words:t}=this,s=e.why===null?"":t.reason(e.why),i=e.checksum===null?null:W(this.shown??"","linked",e.checksum),o=e.items!==null&&e.items>1?t.t("history_items",{count:e.items}):"";return r`<li>
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
    </li>`}filter(e){e(),this.begin()}follow(){this.unsubscribe?.(),this.unsubscribe=void 0,this.changes=void 0;const e=this.shown;e===void 0||!this.isConnected||(this.unsubscribe=this.api.newChanges(e,t=>this.happened(t),()=>this.begin()))}happened(e){if(!this.isWanted(e)||(this.fresh=et([e],this.fresh).slice(0,kt),this.changes===void 0))return;const t=et([e],this.changes),s=Math.max(kt,this.paged);this.changes=t.slice(0,s);const i=this.changes.at(-1);t.length>s&&i&&(this.older=i.id,this.loading&&this.asked++,this.loading=!1)}begin(){this.asked++,this.older=null,this.fresh=[],this.loading=!1,this.failed=void 0,this.page(!0)}async page(e=!1){const t=this.shown;if(t===void 0||this.loading)return;const s=this.asked;this.loading=!0;try{const i=await this.api.history(t,{...this.wanted(),limit:ko,...this.older===null?{}:{before:this.older}});if(s!==this.asked)return;this.changes=et(e?this.fresh:this.changes??[],i.entries),this.paged=this.changes.length,this.older=i.next_before}catch(i){s===this.asked&&(this.failed=m(i,this.words))}finally{s===this.asked&&(this.loading=!1)}}wanted(){return{...this.folder?{folder_id:this.folder}:{},...this.action?{action:this.action}:{},...this.text.trim()?{text:this.text.trim()}:{},...this.since?{since:xt(this.since)}:{},...this.until?{until:xt(this.until,1)}:{}}}isWanted(e){const{folder_id:t,action:s,text:i,since:o,until:n}=this.wanted();return(t===void 0||e.folder_id===t)&&(s===void 0||e.action===s)&&(i===void 0||(e.path??"").toLowerCase().includes(i.toLowerCase()))&&(o===void 0||Date.parse(e.at)>=Date.parse(o))&&(n===void 0||Date.parse(e.at)<Date.parse(n))}};x.styles=[S,gt,g`
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
    `];M([c()],x.prototype,"folder",2);M([c()],x.prototype,"action",2);M([c()],x.prototype,"text",2);M([c()],x.prototype,"since",2);M([c()],x.prototype,"until",2);M([c()],x.prototype,"changes",2);M([c()],x.prototype,"older",2);M([c()],x.prototype,"loading",2);x=M([_("isp-history")],x);function et(e,t){const s=new Set(e.map(i=>i.id));return[...e,...t.filter(i=>!s.has(i.id))]}function xt(e,t=0){const[s=0,i=1,o=1]=e.split("-").map(Number);return new Date(s,i-1,o+t).toISOString()}const Gt=112,Oo=148,V=8,Vt=44,Ot=2,So=24,zo={columns:1,rowHeight:Gt+Vt+V};function Co(e){const t=e<600?Gt:Oo,s=Math.max(1,Math.floor((e+V)/(t+V)));return{columns:s,rowHeight:Math.floor((e-V*(s-1))/s)+Vt+V}}function St(e,t,s,i,o=0){const n=Math.max(0,Math.min(e,Math.floor(-s/t)-o)),a=Math.max(n,Math.min(e,Math.ceil((i-s)/t)+o));return{first:n,end:a}}function Po(e,t,s,i){let o=Math.max(e.first,t.first),n=Math.min(e.end,t.end);o>=n&&(o=n=s.first);for(let a=Math.max(1,Math.floor(So/i));a>0;a--)n<s.end?n++:o>s.first?o--:n<t.end?n++:o>t.first&&o--;return{first:o,end:n}}function zt(e,t){return e.first===t.first&&e.end===t.end}function Kt(e){const t=e.getRootNode();return t instanceof ShadowRoot?[t,...Kt(t.host)]:[t]}function Eo(e,t,s){const i=e.getBoundingClientRect().top+t,o=Do(e),n=o.getBoundingClientRect(),[a,h]=Mo(e),p=Math.min(0,i-a-Math.max(0,n.top))||Math.max(0,i+s-(Math.min(window.innerHeight,n.bottom)-h));p!==0&&o.scrollBy({top:p})}function Mo(e){const t=[0,0];for(const s of e.parentElement?.children??[]){if(getComputedStyle(s).position!=="sticky")continue;const i=e.compareDocumentPosition(s)&Node.DOCUMENT_POSITION_FOLLOWING;t[i?1:0]+=s.getBoundingClientRect().height}return t}function Do(e){for(let t=e;t!==null;t=Ao(t))if(/auto|scroll/.test(getComputedStyle(t).overflowY))return t;return document.scrollingElement??document.documentElement}function Ao(e){const t=e.getRootNode();return e.assignedSlot??e.parentElement??(t instanceof ShadowRoot?t.host:null)}const No=g`
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
`,jo=450,To=6;class qo{constructor(){this.was=!1,this.end=()=>window.clearTimeout(this.timer),this.moved=t=>{Math.abs(t.movementX)+Math.abs(t.movementY)>To&&this.end()},this.menu=t=>{this.was&&t.preventDefault()}}begin(t,s){this.was=!1,this.end(),!(t.pointerType!=="touch"||s===void 0)&&(this.timer=window.setTimeout(()=>{this.was=!0,s()},jo))}taken(){const{was:t}=this;return this.was=!1,t}}var Io=Object.defineProperty,Lo=Object.getOwnPropertyDescriptor,P=(e,t,s,i)=>{for(var o=i>1?void 0:i?Lo(t,s):t,n=e.length-1,a;n>=0;n--)(a=e[n])&&(o=(i?a(t,s,o):a(o))||o);return i&&o&&Io(t,s,o),o};let y=class extends L{constructor(){super(...arguments),this.items=[],this.selection=new Set,this.label="",this.more=!1,this.readonly=!1,this.division=zo,this.span={first:0,end:0},this.current=0,this.touch=new qo,this.roots=[],this.resized=new ResizeObserver(()=>requestAnimationFrame(()=>this.measure())),this.scrolled=()=>{this.drawing??=requestAnimationFrame(this.draw)},this.draw=()=>{this.drawing=void 0;const{columns:e,rowHeight:t}=this.division,{top:s}=this.getBoundingClientRect(),i=St(this.rows,t,s,window.innerHeight),o=St(this.rows,t,s,window.innerHeight,Ot),n=Po(this.span,o,i,e);zt(n,this.span)||(this.span=n),zt(n,o)||this.scrolled(),this.wantMore(o)},this.key=e=>{const t=getComputedStyle(this).direction==="rtl"?-1:1,{columns:s,rowHeight:i}=this.division,o=Math.max(1,Math.floor(window.innerHeight/i)-1)*s,n=this.items.length-1,h={ArrowRight:this.current+t,ArrowLeft:this.current-t,ArrowDown:this.current+s,ArrowUp:this.current-s,PageDown:this.current+o,PageUp:this.current-o,Home:0,End:n}[e.key];if(h!==void 0){const p=h<0||h>n;this.anchor??=this.items[this.current]?.key,this.go(p&&e.key.startsWith("Arrow")?this.current:Math.max(0,Math.min(n,h))),e.shiftKey?this.range(this.current):this.anchor=this.items[this.current]?.key}else if(e.key===" "||e.key==="Enter")this.choose(this.current,e.shiftKey);else if(e.key==="a"&&(e.ctrlKey||e.metaKey))this.dispatchEvent(new CustomEvent("all"));else if(e.key==="Escape"&&this.selection.size>0)this.select(new Set);else return;e.preventDefault()},this.clicked=e=>{const t=Ct(e);t===void 0||this.touch.taken()||(this.current=t,this.choose(t,e.shiftKey))},this.pointerDown=e=>{const t=Ct(e),s=t===void 0?void 0:this.items[t]?.key,i=()=>{const o=this.indexOf(s);o>=0&&this.choose(this.current=o,!0)};this.touch.begin(e,s===void 0?void 0:i)}}connectedCallback(){super.connectedCallback(),this.resized.observe(this),this.roots=Kt(this);for(const e of this.roots)e.addEventListener("scroll",this.scrolled,{capture:!0,passive:!0});window.addEventListener("resize",this.scrolled,{passive:!0})}disconnectedCallback(){super.disconnectedCallback(),this.resized.disconnect();for(const e of this.roots)e.removeEventListener("scroll",this.scrolled,{capture:!0});window.removeEventListener("resize",this.scrolled),this.drawing!==void 0&&window.cancelAnimationFrame(this.drawing),this.drawing=void 0,this.touch.end()}willUpdate(e){if(e.has("more")&&(this.asked=void 0),!e.has("items"))return;const t=this.indexOf(e.get("items")?.[this.current]?.key);this.current=t>=0?t:Math.max(0,Math.min(this.current,this.items.length-1))}updated(e){(e.has("items")||e.has("more")||e.has("division"))&&this.scrolled()}render(){const e=[];for(let t=this.span.first;t<Math.min(this.span.end,this.rows);t++)e.push(t);return r`<div
      role="listbox"
      tabindex="0"
      aria-label=${this.label}
      aria-multiselectable="true"
      aria-readonly=${this.readonly?"true":l}
      aria-activedescendant=${this.isDrawn(this.current)?`item-${this.current}`:l}
      style="block-size:${this.rows*this.division.rowHeight}px"
      @keydown=${this.key}
      @click=${this.clicked}
      @pointerdown=${this.pointerDown}
      @pointerup=${this.touch.end}
      @pointercancel=${this.touch.end}
      @pointermove=${this.touch.moved}
      @contextmenu=${this.touch.menu}
    >
      ${A(e,t=>t,t=>this.row(t))}
    </div>`}row(e){const{columns:t,rowHeight:s}=this.division,i=e*t,o=`inset-block-start:${e*s}px;grid-template-columns:repeat(${t},minmax(0,1fr))`;return r`<div class="row" role="presentation" style=${o}>
      ${this.items.slice(i,i+t).map((n,a)=>this.item(n,i+a))}
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
      ${this.readonly?l:r`<span class="mark" aria-hidden="true">${w(ut)}</span>`}
      <span class="title" aria-hidden="true">${Ro(e.title)}</span>
      <span class="note" aria-hidden="true">${e.note??l}</span>
    </div>`}isDrawn(e){const t=Math.floor(e/this.division.columns);return e<this.items.length&&t>=this.span.first&&t<this.span.end}get rows(){return Math.ceil(this.items.length/this.division.columns)}measure(){const e=this.clientWidth;if(e===0)return;const t=Co(e),{columns:s,rowHeight:i}=this.division;(t.columns!==s||t.rowHeight!==i)&&(this.division=t),this.scrolled()}wantMore(e){const t=e.end>=this.rows-Ot-1;!this.more||!t||this.asked===this.items||(this.asked=this.items,this.dispatchEvent(new CustomEvent("more")))}go(e){if(this.items.length===0)return;this.current=e;const{columns:t,rowHeight:s}=this.division;Eo(this,Math.floor(e/t)*s,s),this.scrolled()}choose(e,t){if(t){this.range(e);return}const s=this.items[e];if(s===void 0)return;this.anchor=s.key;const i=new Set(this.selection);i.delete(s.key)||i.add(s.key),this.select(i)}range(e){this.indexOf(this.anchor)<0&&(this.anchor=this.items[e]?.key);const t=this.indexOf(this.anchor),[s,i]=t<e?[t,e]:[e,t],o=new Set(this.selection);for(const n of this.items.slice(s,i+1))o.add(n.key);this.select(o)}indexOf(e){return this.items.findIndex(t=>t.key===e)}select(e){this.readonly||this.dispatchEvent(new CustomEvent("selected",{detail:e}))}};y.styles=No;P([d({attribute:!1})],y.prototype,"items",2);P([d({attribute:!1})],y.prototype,"selection",2);P([d({attribute:!1})],y.prototype,"pictures",2);P([d()],y.prototype,"label",2);P([d({type:Boolean})],y.prototype,"more",2);P([d({type:Boolean})],y.prototype,"readonly",2);P([c()],y.prototype,"division",2);P([c()],y.prototype,"span",2);P([c()],y.prototype,"current",2);y=P([_("isp-grid")],y);function Ct(e){const t=e.composedPath().find(s=>s instanceof HTMLElement&&s.dataset.at!==void 0);return t===void 0?void 0:Number(t.dataset.at)}function Ro(e){return e.slice(e.lastIndexOf("/")+1)}var Uo=Object.defineProperty,Ho=Object.getOwnPropertyDescriptor,D=(e,t,s,i)=>{for(var o=i>1?void 0:i?Ho(t,s):t,n=e.length-1,a;n>=0;n--)(a=e[n])&&(o=(i?a(t,s,o):a(o))||o);return i&&o&&Uo(t,s,o),o};const Bo=5,Wo=new Set(["under_way","no_bytes","no_place"]);let O=class extends L{constructor(){super(),this.given=[],this.told=[],this.busy=!1,this.looked=0,new wt(this)}willUpdate(e){e.has("overview")&&this.failed===this.words.t("reconnecting")&&(this.failed=void 0);const t=e.get("overview"),s=e.has("overview")&&(this.unread!==void 0||Pt(t)!==Pt(this.overview));(e.has("api")||s)&&this.look()}render(){const{words:e}=this,t=this.failed??this.unread;return this.given.length===0&&this.told.length===0&&!t?l:r`<section class="card" aria-labelledby="given">
      <h2 id="given">${e.t("given_answers")}</h2>
      <div role="status">${this.told.map(s=>r`<p>${s}</p>`)}</div>
      ${t?r`<p class="bad" role="alert">${t}</p>`:l}
      <ul>
        ${A(this.given,({answer:s})=>s.answer_id,s=>this.row(s))}
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
            <span class="icon">${w(ft)}</span>${s.t("take_back")}<span class="sr">: ${i}</span>
          </button>`:l}
    </li>`}async look(){const e=++this.looked,t=this.overview.accounts.filter(s=>s.loaded).map(s=>s.entry_id);try{const s=await Promise.all(t.map(i=>this.api.answers(i,{limit:Bo})));if(e!==this.looked)return;this.given=s.flatMap(({answers:i},o)=>i.map(n=>({entry:t[o],answer:n}))).sort((i,o)=>o.answer.answered_at.localeCompare(i.answer.answered_at)),this.unread=void 0}catch(s){e===this.looked&&(this.unread=m(s,this.words))}}async takeBack(e,t){this.busy=!0,this.failed=void 0;try{this.told=this.outcome(await this.api.reconsider(e,t.answer_id))}catch(s){this.failed=m(s,this.words)}await this.look(),this.busy=!1}outcome({asked_again:e,brought_back:t,hindered:s}){const{t:i}=this.words,o=[];e>0&&o.push(i("asked_again",{count:e})),t>0&&o.push(i("brought_back",{count:t}));for(const n of new Set(s.map(a=>a.reason))){const a=s.filter(p=>p.reason===n).length,h=n==="moved_on"?"restored_moved_on":Wo.has(n)?`stays_${n}`:"stays";o.push(i(h,{count:a}))}return o}};O.styles=[S,g`
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
    `];D([d({attribute:!1})],O.prototype,"api",2);D([d({attribute:!1})],O.prototype,"overview",2);D([d({attribute:!1})],O.prototype,"words",2);D([c()],O.prototype,"given",2);D([c()],O.prototype,"told",2);D([c()],O.prototype,"failed",2);D([c()],O.prototype,"unread",2);D([c()],O.prototype,"busy",2);O=D([_("isp-answers")],O);function Pt(e){const t=e?.accounts.filter(s=>s.loaded).map(s=>s.entry_id);return JSON.stringify([t,e?.holds.map(s=>[s.hold_id,s.revision,s.count])])}var Fo=Object.defineProperty,Go=Object.getOwnPropertyDescriptor,T=(e,t,s,i)=>{for(var o=i>1?void 0:i?Go(t,s):t,n=e.length-1,a;n>=0;n--)(a=e[n])&&(o=(i?a(t,s,o):a(o))||o);return i&&o&&Fo(t,s,o),o};const Vo=["approve","leave","undo"],Ko={approve:Rt,leave:ut,undo:ft};let z=class extends L{constructor(){super(...arguments),this.selected=0,this.whole=!1,this.busy=!1,this.narrow=!1,this.unfolded=!1}willUpdate(e){const t=e.get("hold");t!==void 0&&t.hold_id!==this.hold.hold_id&&(this.unfolded=!1)}render(){const{t:e}=this.words,t=this.selected===0?e("answer_none"):e("answer_some",{count:this.selected}),s=this.whole?e("answer_all",{count:this.hold.count}):t,i=this.narrow&&!this.unfolded;return r`<div class="row">
        ${i?l:r`<p class="grow">${s}</p>`}
        <button
          type="button"
          class="toggle ${i?"main":"plain"}"
          aria-expanded=${i?"false":"true"}
          ?hidden=${!this.narrow}
          @click=${()=>this.unfolded=!this.unfolded}
        >
          ${i?s:e("not_now")}
        </button>
      </div>
      ${i?l:r`<div class="three">${Vo.map(o=>this.button(o))}</div>`}`}button(e){const{answers:t,kind:s}=this.hold;return t[e]?r`<button
      type="button"
      class="answer ${e}"
      data-answer=${e}
      aria-disabled=${this.ready?"false":"true"}
      @click=${()=>this.answer(e)}
    >
      <span class="icon">${w(Ko[e])}</span>
      <span><b>${t[e]}</b><small>${this.words.meaning(s,e)}</small></span>
    </button>`:l}get ready(){return!this.busy&&(this.whole||this.selected>0)}answer(e){this.ready&&(this.unfolded=!1,this.narrow&&this.shadowRoot?.querySelector(".toggle")?.focus(),this.dispatchEvent(new CustomEvent("answer",{detail:e})))}};z.styles=[S,g`
      :host {
        display: grid;
        gap: 8px;
      }
      .toggle.main {
        flex: 1;
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
      .answer[aria-disabled="true"] {
        opacity: 0.5;
        cursor: default;
      }
      .approve .icon {
        color: var(--isp-bad);
      }
    `];T([d({attribute:!1})],z.prototype,"hold",2);T([d({attribute:!1})],z.prototype,"words",2);T([d({type:Number})],z.prototype,"selected",2);T([d({type:Boolean})],z.prototype,"whole",2);T([d({type:Boolean})],z.prototype,"busy",2);T([d({type:Boolean})],z.prototype,"narrow",2);T([c()],z.prototype,"unfolded",2);z=T([_("isp-decision")],z);const Yo=500;class Xo{constructor(t){this.host=t,this.grid=[],this.loading=!1,this.next=null,this.there=new Set,this.asked=0}get more(){return this.next!==null||this.unseen}get unseen(){return this.failed!==void 0&&this.there.size===0}get items(){return this.there}begin(t){this.asked++,this.grid=[],this.there=new Set,this.next=null,this.loading=!1,this.failed=void 0,t!==void 0&&this.page(t)}async page(t){return this.loading?!1:await this.fetching(async s=>{const i=await this.host.api.heldItems(t,Et(this.next));s()&&(this.keep(t,i.items.filter(o=>o.revision<=t.revision&&!this.there.has(o.item))),this.next=i.next)})}async all(t){for(;this.more;)if(!await this.page(t))return!1;return!0}async again(t){const s=this.there.size;return this.asked++,await this.fetching(async i=>{const o=[];let n=null;do{const a=await this.host.api.heldItems(t,Et(n));if(!i())return;o.push(...a.items.filter(h=>h.revision<=t.revision)),n=a.next}while(n!==null&&o.length<Math.max(s,1));this.grid=[],this.there=new Set,this.keep(t,o),this.next=n})}async fetching(t){const s=this.asked,i=()=>s===this.asked;this.loading=!0,this.host.requestUpdate();try{return await t(i),i()&&(this.failed=void 0),i()}catch(o){return i()&&(this.failed=m(o,this.host.words)),!1}finally{i()&&(this.loading=!1),this.host.requestUpdate()}}keep(t,s){const{words:i}=this.host,o=s.map(n=>({key:n.item,picture:W(t.entry_id,"held",n.item),title:n.path??i.t("no_file"),note:[Ft(n.folder??""),n.size===null?null:i.bytes(n.size)].filter(a=>a).join(" · "),video:n.is_video}));this.grid=[...this.grid,...o];for(const n of s)this.there.add(n.item)}}function Et(e){return{limit:Yo,...e===null?{}:{after:e}}}var Jo=Object.defineProperty,Qo=Object.getOwnPropertyDescriptor,G=(e,t,s,i)=>{for(var o=i>1?void 0:i?Qo(t,s):t,n=e.length-1,a;n>=0;n--)(a=e[n])&&(o=(i?a(t,s,o):a(o))||o);return i&&o&&Jo(t,s,o),o};let j=class extends ${constructor(){super(...arguments),this.selection=new Set,this.whole=!1,this.offered=!1,this.photos=new Xo(this),this.focused=!1,this.selectAll=async()=>{this.shown!==void 0&&await this.photos.all(this.shown)&&this.choose(new Set(this.photos.items),!0)},this.selectNone=()=>this.choose(new Set)}willUpdate(e){if(super.willUpdate(e),this.focused=(this.shadowRoot?.activeElement??null)!==null,e.has("query")||e.has("api")){const t=this.wanted();(e.has("api")||t?.hold_id!==this.shown?.hold_id)&&this.show(t),this.offered=!1}else if(e.has("overview")){const t=n=>n.holds.find(a=>a.hold_id===this.shown?.hold_id),s=t(this.overview),i=t(e.get("overview"))?.count??0,o=this.overview.accounts.find(n=>n.entry_id===this.shown?.entry_id);this.shown&&s===void 0&&o?.loaded!==!1?this.gone(this.shown):this.shown&&s&&s.count<Math.max(i,this.shown.count)?this.fewer(s):this.shown&&s&&this.photos.failed&&!this.photos.loading?this.again():!this.shown&&!this.offered&&this.show(this.wanted())}this.offered||=this.overview.holds.length>0}updated(){if(!this.focused||this.shadowRoot?.activeElement)return;const e=this.shadowRoot?.querySelector("h2");e?.setAttribute("tabindex","-1"),e?.focus()}wanted(){const{holds:e}=this.overview,t=this.query.question;return t===void 0&&e.length===1?e[0]:e.find(s=>s.hold_id===t)}render(){const{words:e}=this,t=r`<div role="status">
      ${this.told?r`<p class="notice done">${this.told}</p>`:l}
    </div>`;if(this.shown===void 0){const{holds:s}=this.overview;return r`<div class="all">
        ${t}${s.length===0?r`<div class="card"><h2>${e.t("nothing_to_decide")}</h2><p>${e.t("nothing_to_decide_why")}</p></div>`:r`<h2>${e.t("questions",{count:s.length})}</h2>
              <div class="choices">${A(s,i=>i.hold_id,i=>this.choice(i))}</div>`}
        <isp-answers .api=${this.api} .overview=${this.overview} .words=${e}></isp-answers>
      </div>`}return r`<div class="all">${t} ${this.question(this.shown)}</div>`}choice(e){return r`<button type="button" class="choice" @click=${()=>{rt(this,"review",{entry:e.entry_id,question:e.hold_id}),this.show(e)}}>
      <span class="grow">${e.question}<br /><span class="soft">${this.words.ago(e.asked_at)}</span></span>
      <span class="icon chevron">${w(Ut)}</span>
    </button>`}question(e){const{words:t,selection:s}=this,{t:i}=t,o=this.overview.holds.find(f=>f.hold_id===e.hold_id),n=o!==void 0&&(o.joined_revision??o.revision)>e.revision,a=t.about(e.kind,{count:e.count,folders:e.folders.join(", ")}),h=this.overview.holds.length>1,p=this.failed??this.photos.failed;return r`
      ${h?r`<div><button type="button" @click=${()=>{rt(this,"review"),this.show(void 0)}}>${i("all_questions")}</button></div>`:l}
      <h2>${e.question}</h2>
      ${a.map(f=>r`<p>${f}</p>`)}
      <p class="soft">${i("asked",{ago:t.ago(e.asked_at)})}</p>
      ${n?r`<p class="notice" role="status">
            <span class="grow">${i("joined")}</span>
            <button type="button" @click=${()=>this.show(o,!1)}>${i("show_all")}</button>
          </p>`:l}
      <div class="row tools">
        <span class="grow" aria-live="polite"
          >${s.size===0&&this.whole?i("none_selected",{count:e.count}):i("selected",{count:s.size,total:e.count})}</span
        >
        <button type="button" ?disabled=${this.photos.loading} @click=${this.selectAll}>${i("select_all")}</button>
        <button type="button" ?disabled=${s.size===0&&!this.whole} @click=${this.selectNone}>${i("select_none")}</button>
      </div>
      <isp-grid
        .items=${this.photos.grid}
        .selection=${s}
        .pictures=${this.pictures}
        .label=${i("photos_of_question")}
        .more=${this.photos.more&&!this.photos.failed}
        @selected=${f=>this.choose(f.detail)}
        @all=${this.selectAll}
        @more=${()=>{this.photos.page(e)}}
      ></isp-grid>
      ${this.photos.loading?r`<p class="soft" role="status">${i("loading")}</p>`:l}
      <div class="answers">
        ${p?r`<p class="bad" role="alert">${p}</p>`:l}
        ${this.overview.may_decide?r`<isp-decision
              .hold=${e}
              .words=${t}
              .selected=${s.size}
              .whole=${this.whole&&!this.photos.unseen}
              .busy=${this.answering!==void 0}
              .narrow=${this.narrow}
              @answer=${f=>{this.answer(e,f.detail)}}
            ></isp-decision>`:r`<p class="soft">${i("admins_decide")}</p>`}
      </div>
    `}choose(e,t=!1){this.selection=e,this.whole=t}show(e,t=!0){this.shown=e,this.failed=void 0,this.told=void 0,this.choose(new Set,t),this.photos.begin(e)}gone(e){const t=this.finished===e.hold_id?this.told:this.words.t("question_gone");this.show(void 0),this.answering===void 0&&(this.told=t)}fewer(e){const t=this.shown;this.shown={...t,count:Math.min(t.count,e.count),question:e.question},this.again()}async again(){const e=this.shown;if(!await this.photos.again(e))return;const{items:t,more:s}=this.photos,i=this.overview.holds.find(o=>o.hold_id===e.hold_id);if(t.size===0&&i!==void 0&&i.revision>e.revision){const{told:o}=this;this.show(i,!1),this.told=o;return}s||(this.shown={...e,count:Math.min(e.count,t.size)}),this.choose(new Set([...this.selection].filter(o=>t.has(o))),this.whole)}async answer(e,t){this.answering=t,this.failed=this.told=void 0;try{const{answered:s,left:i}=await this.api.answer(e,t,this.whole?void 0:[...this.selection]),{t:o}=this.words;this.told=`${e.answers[t]??""}: ${o("answered",{count:s})} ${i>0?o("left",{count:i}):""}`,i===0&&(this.finished=e.hold_id),this.shown?.hold_id===e.hold_id&&(this.choose(new Set),i>0&&(this.shown={...this.shown,count:Math.min(i,this.shown.count)},await this.again()))}catch(s){this.shown?.hold_id===e.hold_id?this.failed=m(s,this.words):this.told=`${e.question}: ${m(s,this.words)}`}finally{this.answering=void 0}}};j.styles=[S,g`
      .all {
        /* No grid: what sticks would stick to its own row. */
        display: flex;
        flex-direction: column;
        gap: 12px;
      }
      h2:focus {
        outline: none;
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
    `];G([c()],j.prototype,"shown",2);G([c()],j.prototype,"selection",2);G([c()],j.prototype,"whole",2);G([c()],j.prototype,"told",2);G([c()],j.prototype,"answering",2);j=G([_("isp-holds")],j);var Zo=Object.getOwnPropertyDescriptor,tn=(e,t,s,i)=>{for(var o=i>1?void 0:i?Zo(t,s):t,n=e.length-1,a;n>=0;n--)(a=e[n])&&(o=a(o)||o);return o};const en=new Set(["ok","empty","resting","outside_window"]),sn=new Set(["problem","failed"]);let pt=class extends ${render(){const{copies:e}=this.overview;return e.length===0?l:r`<section aria-labelledby="copies">
      <h2 id="copies">${this.words.t("copies")}</h2>
      <div class="all">
        ${A(e,t=>`${t.entry_id}-${t.id}`,t=>this.copy(t))}
      </div>
    </section>`}copy(e){const{words:t}=this,{t:s}=t,i=this.overview.accounts.find(n=>n.entry_id===e.entry_id),o=this.overview.accounts.length>1;return r`<div class="card copy">
      <h3><bdi>${e.title}</bdi></h3>
      ${o&&i?r`<p class="soft"><bdi>${i.title}</bdi></p>`:l}
      <p class="row"><span class="dot ${on(e.state)}"></span>${e.state_text}</p>
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
      ></span>`}};pt.styles=[S,g`
      .all {
        display: grid;
        gap: 16px;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 280px), 1fr));
        margin-block-start: 8px;
      }
      .copy {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
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
    `];pt=tn([_("isp-copies")],pt);function on(e){return en.has(e)?"good":sn.has(e)?"bad":e==="unknown"||e==="none"?"unknown":""}var nn=Object.defineProperty,rn=Object.getOwnPropertyDescriptor,U=(e,t,s,i)=>{for(var o=i>1?void 0:i?rn(t,s):t,n=e.length-1,a;n>=0;n--)(a=e[n])&&(o=(i?a(t,s,o):a(o))||o);return i&&o&&nn(t,s,o),o};const Mt=15;let E=class extends L{constructor(){super(),this.entries=[],this.failed=new Map,this.followed="",this.unsubscribe=[],new wt(this)}connectedCallback(){super.connectedCallback(),this.follow()}disconnectedCallback(){super.disconnectedCallback(),this.leave()}willUpdate(e){(e.has("api")||this.entries.join()!==this.followed)&&this.follow()}render(){const e=[...new Set(this.failed.values())];return r`${e.map(t=>r`<p class="bad" role="alert">${t}</p>`)}${this.list()}`}list(){const{t:e}=this.words;return!this.lines?.length&&this.failed.size>0?l:this.lines===void 0?r`<p class="soft">${e("loading")}</p>`:this.lines.length===0?r`<p class="soft">${e("no_changes")}</p>`:r`<ol>
      ${A(this.lines,t=>`${t.entry}-${t.change.id}`,t=>this.line(t))}
    </ol>`}line({entry:e,change:t}){const{words:s}=this,i=t.why===null?"":s.reason(t.why),o=t.checksum===null?null:W(e,"linked",t.checksum);return r`<li>
      <isp-picture .pictures=${this.pictures} .path=${o} ?video=${t.is_video}></isp-picture>
      <div>
        <span class="what">${s.action(t.action)}</span>${i?r` · ${i}`:l}<br />
        <span class="soft path"
          ><bdi>${t.path}</bdi>${t.path&&t.folder?" · ":l}${t.folder?r`<bdi>${t.folder}</bdi>`:l}</span
        >
      </div>
      <time class="soft" datetime=${t.at} title=${s.moment(t.at)}>${s.ago(t.at)}</time>
    </li>`}follow(){if(!(!this.isConnected||!this.api)){this.leave(),this.followed=this.entries.join(),this.lines=this.lines?.filter(e=>this.entries.includes(e.entry)),this.failed=new Map([...this.failed].filter(([e])=>this.entries.includes(e)));for(const e of this.entries){const t=s=>this.add([{entry:e,change:s}]);this.unsubscribe.push(this.api.newChanges(e,t,()=>{this.load(e)}))}}}leave(){for(const e of this.unsubscribe.splice(0))e();this.followed=""}async load(e){try{const t=await this.api.history(e,{limit:Mt});if(!this.entries.includes(e))return;this.failed=new Map([...this.failed].filter(([s])=>s!==e)),this.add(t.entries.map(s=>({entry:e,change:s})))}catch(t){this.entries.includes(e)&&(this.failed=new Map([...this.failed,[e,m(t,this.words)]]))}}add(e){const t=new Map([...this.lines??[],...e].map(i=>[`${i.entry}-${i.change.id}`,i])),s=(i,o)=>o.change.at.localeCompare(i.change.at)||an(o,i);this.lines=[...t.values()].sort(s).slice(0,Mt)}};E.styles=[S,g`
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
    `];U([d({attribute:!1})],E.prototype,"api",2);U([d({attribute:!1})],E.prototype,"words",2);U([d({attribute:!1})],E.prototype,"pictures",2);U([d({attribute:!1})],E.prototype,"entries",2);U([c()],E.prototype,"lines",2);U([c()],E.prototype,"failed",2);E=U([_("isp-timeline")],E);function an(e,t){return Number(e.change.id)-Number(t.change.id)}var ln=Object.defineProperty,cn=Object.getOwnPropertyDescriptor,Yt=(e,t,s,i)=>{for(var o=i>1?void 0:i?cn(t,s):t,n=e.length-1,a;n>=0;n--)(a=e[n])&&(o=(i?a(t,s,o):a(o))||o);return i&&o&&ln(t,s,o),o};const hn={nothing:ut,upload:ie,delete:Rt,decide:Ht,wait:se,repair:ee},st=6;let Z=class extends ${render(){const{overview:e,words:t}=this,{t:s}=t;return r`<div class="all">
      ${this.failed?r`<p class="notice error" role="alert">${this.failed}</p>`:l}
      ${e.holds.map(i=>this.question(i))}
      ${e.accounts.filter(i=>i.problem!==null).map(i=>r`<p class="notice error"><span><b><bdi>${i.title}</bdi></b>: ${i.problem}</span></p>`)}
      ${e.folders.length===0&&e.accounts.some(i=>i.loaded)?r`<div class="card"><h2>${s("no_folders")}</h2><p>${s("no_folders_do")}</p></div>`:l}
      <div class="folders">
        ${A(e.folders,i=>i.folder_id,i=>this.folder(i))}
      </div>
      <isp-copies .overview=${e} .words=${t}></isp-copies>
      ${this.lastChanges()}
    </div>`}lastChanges(){const e=this.overview.accounts.filter(t=>t.loaded).map(t=>t.entry_id);return e.length===0?l:r`<section class="card" aria-labelledby="changes">
      <h2 id="changes">${this.words.t("last_changes")}</h2>
      <isp-timeline .api=${this.api} .words=${this.words} .pictures=${this.pictures} .entries=${e}></isp-timeline>
    </section>`}question(e){return r`<button type="button" class="ask" @click=${()=>rt(this,"review",{entry:e.entry_id,question:e.hold_id})}>
      <span class="icon">${w(Ht)}</span>
      <span class="grow"
        >${e.question}<br /><span class="soft">${this.words.t("look_and_decide")}</span></span
      >
      <span class="icon chevron">${w(Ut)}</span>
    </button>`}folder(e){const{words:t}=this,{t:s}=t,i=this.overview.accounts.length>1;return r`<section class="card folder" aria-label=${e.label}>
      <div class="row">
        <h2 class="grow"><bdi>${e.label}</bdi></h2>
        <span class="state"><span class="dot ${e.state??""}"></span>${t.state(e.state)}</span>
      </div>
      ${i?r`<p class="soft">${e.account}</p>`:l}
      <p class="next ${e.next.kind}">
        <span class="icon">${w(hn[e.next.kind])}</span><span>${e.next.text}</span>
      </p>
      ${this.agreement(e)} ${this.step(e)} ${this.uploads(e)}
      ${e.device===null||e.completion===null&&dn(e,e.device)?l:r`<p class="soft">
            <span class="icon">${w(oe)}</span>
            ${e.completion===null?s("device_unknown",{device:e.device}):e.completion>=100?s("device_complete",{device:e.device}):s("device_part",{device:e.device,percent:t.percent(Math.floor(e.completion))})}
          </p>`}
      <p class="soft">
        ${e.last_success===null?s("never_looked"):s("looked",{ago:t.ago(e.last_success)})}
        · ${t.preset(e.preset)}
      </p>
      ${this.overview.may_decide?this.buttons(e):l}
    </section>`}agreement(e){const{counts:t}=e;if(t===null)return l;const{t:s,number:i,percent:o,bytes:n}=pn(this.words),{files:a}=t,h={...t,linked:Math.max(0,t.linked-t.held)},p=["linked","kept","to_upload","held","failed","unresolved"].filter(u=>h[u]>0),k=Math.max(a,h.linked+h.kept+h.held),f=Math.min(k,h.linked+h.kept),H=f===k?100:Math.min(99,Math.floor(100*f/k));return r`<div>
      <p class="row">
        <b class="grow">${s("agree",{percent:o(H)})}</b
        ><span class="soft">${s("files",{count:a})}, ${n(t.bytes)}</span>
      </p>
      <div class="agreement" role="img" aria-label=${s("agree",{percent:o(H)})}>
        ${p.map(u=>r`<span class=${u} style="flex:${h[u]} 1 0"></span>`)}
      </div>
      <ul class="row legend">
        ${p.map(u=>r`<li class="row">
              <span class="key ${u}"></span>${i(h[u])} ${s(`count_${u}`)}
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
        ${A(t.slice(0,st),i=>i.path,i=>{const o=i.size===0?100:Math.min(100,100*i.sent/i.size),n=i.checksum===null?null:W(e.entry_id,"linked",i.checksum);return r`<li class="sending">
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
      ${t.length>st?r`<p class="soft">${s.t("more_uploads",{count:t.length-st})}</p>`:l}
    </div>`}buttons(e){const{t}=this.words,s=this.busy===e.folder_id,[i,o,n]=e.paused?["resume",t("resume"),Lt]:["pause",t("pause"),ne];return r`<div class="row">
      <button type="button" ?disabled=${s||e.paused} @click=${()=>this.control(e,"sync_now")}>
        <span class="icon">${w(Bt)}</span>${t("sync_now")}
      </button>
      <button type="button" ?disabled=${s} @click=${()=>this.control(e,i)}>
        <span class="icon">${w(n)}</span>${o}
      </button>
    </div>`}async control(e,t){this.busy=e.folder_id,this.failed=void 0;try{await this.api.control(e,t)}catch(s){this.failed=m(s,this.words)}finally{this.busy=void 0}}};Z.styles=[S,g`
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
        grid-template-columns: minmax(0, 1fr);
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
    `];Yt([c()],Z.prototype,"busy",2);Z=Yt([_("isp-overview")],Z);function dn(e,t){return e.devices.some(s=>s.name===t&&s.connected)}function pn(e){return{t:e.t,number:t=>e.number(t),percent:t=>e.percent(t),bytes:t=>e.bytes(t)}}var un=Object.defineProperty,fn=Object.getOwnPropertyDescriptor,Y=(e,t,s,i)=>{for(var o=i>1?void 0:i?fn(t,s):t,n=e.length-1,a;n>=0;n--)(a=e[n])&&(o=(i?a(t,s,o):a(o))||o);return i&&o&&un(t,s,o),o};const Dt=["ask","delete_file","trash_asset","free_file","replace_asset","stack_asset","upload"],wn=12,vn=200;let I=class extends ${constructor(){super(...arguments),this.loading=!1,this.whole=new Set,this.asked=0}willUpdate(e){const{failed:t}=this;super.willUpdate(e);const s=t!==this.failed,i=this.kept=this.folder;(e.has("api")||s||i?.folder_id!==this.shown)&&(this.shown=i?.folder_id,this.preview=void 0,i&&this.look(i))}render(){const{words:e,folder:t}=this,{t:s}=e;if(t===void 0)return r`<p class="soft">${s("no_folders")}</p>`;const{folders:i}=this.overview,o=i.map(n=>[n.folder_id,n.label]);return r`<div class="all">
      <p class="soft">${s("preview_intro")}</p>
      <div class="fields">
        ${i.length>1?K(s("folder"),o,t.folder_id,n=>this.chosen=n):r`<h2 class="grow"><bdi>${t.label}</bdi></h2>`}
        <button type="button" ?disabled=${this.loading} @click=${()=>{this.look(t)}}>
          <span class="icon">${w(Bt)}</span>${s("preview_again")}
        </button>
      </div>
      <div role="status">${this.loading?r`<p class="soft">${s("preview_looking")}</p>`:l}</div>
      ${this.failed?r`<p class="notice error" role="alert">${this.failed}</p>`:l}
      ${this.preview?this.told(t,this.preview):l}
    </div>`}get folder(){const{accounts:e,folders:t}=this.overview,{kept:s}=this,i=t.find(o=>o.folder_id===(this.chosen??s?.folder_id));return i||(s&&e.some(o=>o.entry_id===s.entry_id&&!o.loaded)?s:t.find(o=>o.entry_id===this.query.config_entry)??t[0])}told(e,t){const{words:s}=this,{t:i}=s,o=[...t.groups].sort((n,a)=>At(n)-At(a));return r`
      ${t.problem?r`<p class="notice error">${t.problem}</p>`:l}
      ${e.paused||this.overview.stopped?r`<p class="notice">${i("preview_paused")}</p>`:l}
      ${t.waiting>0?r`<p class="notice">${i("preview_waiting",{count:t.waiting})}</p>`:l}
      ${o.length===0&&!t.problem?r`<div class="card"><h2>${i("preview_nothing")}</h2></div>`:l}
      ${o.map(n=>this.group(e,t,n))}
    `}group(e,t,s){const{words:i}=this,{t:o}=i,n=Xt(s),a=`${s.action} ${s.reason??""}`,h=s.count??s.items.length,p=s.count===null&&h>=vn,k=this.whole.has(a)?s.items:s.items.slice(0,wn),f=s.reason===null?"":i.reason(s.reason);return r`<section class="card group ${n==="delete_file"||n==="trash_asset"||n==="free_file"?"away":""}" aria-label=${o(`plan_${n}`)}>
      <div class="row">
        <span class="count">${i.number(h)}${p?"+":l}</span>
        <div class="grow">
          <h2>${o(`plan_${n}`)}</h2>
          <span class="soft"
            >${f}${n==="upload"&&t.upload_bytes>0?r`${f?" · ":l}${i.bytes(t.upload_bytes)}`:l}</span
          >
        </div>
      </div>
      <ul class="photos">
        ${k.map(u=>r`<li>
              <isp-picture
                .pictures=${this.pictures}
                .path=${u.checksum?W(e.entry_id,"linked",u.checksum):null}
                ?video=${u.is_video}
              ></isp-picture>
              <bdi class="soft" title=${u.path}>${u.path.slice(u.path.lastIndexOf("/")+1)}</bdi>
            </li>`)}
      </ul>
      ${k.length<s.items.length?r`<div>
            <button type="button" @click=${()=>this.whole=new Set([...this.whole,a])}>
              ${o("preview_more",{count:s.items.length})}
            </button>
          </div>`:h>s.items.length&&s.items.length>0?r`<p class="soft">${o("preview_first",{count:s.items.length})}</p>`:l}
    </section>`}async look(e){const t=++this.asked;this.loading=!0,this.failed=void 0;try{const s=await this.api.preview(e.entry_id,e.folder_id);if(t!==this.asked)return;this.preview=s,this.whole=new Set}catch(s){t===this.asked&&(this.failed=m(s,this.words))}finally{t===this.asked&&(this.loading=!1)}}};I.styles=[S,gt,g`
      .all {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 16px;
      }
      .group {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
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
    `];Y([c()],I.prototype,"chosen",2);Y([c()],I.prototype,"preview",2);Y([c()],I.prototype,"loading",2);Y([c()],I.prototype,"whole",2);I=Y([_("isp-preview")],I);function Xt(e){return e.action.startsWith("ask_")?"ask":e.action}function At(e){const t=Dt.indexOf(Xt(e));return t<0?Dt.length:t}const gn=new Set(["already_there","under_way","no_bytes","no_place","excluded","locked","its_photo"]);function mn(e,t){const{t:s}=e,i=[];t.back>0&&i.push(s("restored_back",{count:t.back})),t.under_way>0&&i.push(s("restored_under_way",{count:t.under_way}));for(const{folder:o,reason:n}of t.waiting??[])i.push(s("restored_waits",{folder:o??"",reason:e.state(n)}));t.moved_on>0&&i.push(s("restored_moved_on",{count:t.moved_on}));for(const[o,n]of Object.entries(t.hindrances))i.push(gn.has(o)?s(`stays_${o}`,{count:n}):s("stays",{count:n}));return t.complete||i.push(s("restored_goes_on")),i.length?i:[s("restored_nothing")]}var bn=Object.defineProperty,yn=Object.getOwnPropertyDescriptor,b=(e,t,s,i)=>{for(var o=i>1?void 0:i?yn(t,s):t,n=e.length-1,a;n>=0;n--)(a=e[n])&&(o=(i?a(t,s,o):a(o))||o);return i&&o&&bn(t,s,o),o};const Nt=200,it=1e4,_n=300,$n=2e3;let v=class extends vt{constructor(){super(...arguments),this.text="",this.month="",this.months=[],this.entries=[],this.next=null,this.loading=!1,this.looking=!1,this.selection=new Set,this.restoring=!1,this.told=[],this.grid=[],this.asked=0,this.renewing=!1,this.typed=new ct(_n),this.soon=new ct($n),this.selectAll=async()=>{for(;this.next!==null;)if(!await this.page())return;this.selection=new Set(this.entries.map(ot))},this.selectNone=()=>{this.selection=new Set}}connectedCallback(){super.connectedCallback(),this.looking&&this.soon.run(()=>{this.again()})}disconnectedCallback(){super.disconnectedCallback(),this.typed.stop(),this.soon.stop()}willUpdate(e){super.willUpdate(e),this.follow(),e.has("overview")&&this.unread!==void 0&&!this.loading&&!this.renewing&&this.again()}begins(){this.month="",this.told=[],this.begin()}about(){const{words:e,selection:t,total:s}=this,{t:i}=e,o=!this.loading&&!this.looking&&!this.unread&&this.entries.length===0;return r`<div class="all">
      <div class="fields">
        ${this.accounts()}
        ${J(i("vault_search"),"search",this.text,n=>this.search(n))}
        ${K(i("vault_month"),this.monthOptions(),this.month,n=>this.look(n))}
      </div>
      <div role="status">
        ${this.told.length?r`<div class="notice done told">${this.told.map(n=>r`<p>${n}</p>`)}</div>`:l}
      </div>
      <div class="row tools">
        <span class="grow" aria-live="polite"
          >${t.size>0?i("vault_selected",{count:t.size}):s!==void 0?i("vault_total",{count:s}):this.unread?l:i("loading")}</span
        >
        <button type="button" ?disabled=${this.loading||o} @click=${this.selectAll}>${i("select_all")}</button>
        <button type="button" ?disabled=${t.size===0} @click=${this.selectNone}>${i("select_none")}</button>
      </div>
      ${o?r`<div class="card">
            <p>${i(this.text||this.month?"vault_nothing_found":"vault_empty")}</p>
          </div>`:r`<isp-grid
            .items=${this.grid}
            .selection=${t}
            .pictures=${this.pictures}
            .label=${i("vault_photos")}
            .more=${this.next!==null&&!this.unread}
            @selected=${n=>this.selection=n.detail}
            @all=${this.selectAll}
            @more=${()=>{this.page()}}
          ></isp-grid>`}
      ${this.loading||this.looking?r`<p class="soft" role="status">${i("loading")}</p>`:l} ${this.answers()}
    </div>`}answers(){const{t:e}=this.words,t=this.wanted().length,s=this.failed??this.unread;return r`<div class="answers">
      ${s?r`<p class="bad" role="alert">${s}</p>`:l}
      ${this.overview.may_decide?r`<div class="row">
            <button
              type="button"
              class="main"
              ?disabled=${t===0||t>it||this.restoring}
              @click=${()=>{this.restore()}}
            >
              <span class="icon">${w(ft)}</span>
              ${this.restoring?e("vault_restoring"):t===0?e("vault_restore_none"):e("vault_restore",{count:t})}
            </button>
            ${t>it?r`<span class="soft">${e("vault_at_most",{count:it})}</span>`:l}
          </div>`:r`<p class="soft">${e("vault_admins")}</p>`}
    </div>`}monthOptions(){const{words:e}=this,t=this.months.map(({month:s,count:i})=>[s,`${e.month(`${s}-15T12:00:00Z`)} (${e.number(i)})`]);return[["",e.t("vault_any_month")],...t]}search(e){this.text=e,this.typed.run(()=>this.begin())}look(e){this.month=e,this.begin()}begin(){this.asked++,this.keep([]),this.next=null,this.total=void 0,this.failed=this.unread=void 0,this.loading=!1,this.looking=!1,this.soon.stop(),this.many=void 0,this.selection=new Set,this.shown!==void 0&&this.page()}async page(){const e=this.shown;if(e===void 0||this.loading)return!1;const t=this.asked;this.loading=!0;try{const s=await this.fetch(e,this.next);return t!==this.asked?!1:(this.keep(s.entries,this.grid),this.next=s.next,this.unread=void 0,this.heard(s),!0)}catch(s){return t===this.asked&&(this.unread=m(s,this.words)),!1}finally{t===this.asked&&(this.loading=!1)}}fetch(e,t){return this.api.vault(e,{limit:Nt,...this.text.trim()?{text:this.text.trim()}:{},...this.month?{month:this.month}:{},...t===null?{}:{after:t}})}heard({total:e,months:t,complete:s}){this.total=e??this.total??this.entries.length,t&&!this.month&&(this.months=t),s!==void 0&&(this.looking=!s),s===!1&&this.soon.run(()=>{this.again()})}follow(){const{files:e}=this.overview.copies.find(t=>t.kind==="vault"&&t.entry_id===this.shown)??{};e!==this.many&&(this.many!==void 0&&this.shown!==void 0&&this.soon.run(()=>{this.again()}),this.many=e)}async again(){const e=this.shown;e===void 0||!this.isConnected||(this.renewing=!0,await this.renew(e),this.renewing=!1)}async renew(e){const[t,s]=[this.asked,this.entries],i=new Set(this.selection),o=[];let n,a=null;try{do{const h=await this.fetch(e,a);if(t!==this.asked)return;n??=h,o.push(...h.entries),h.entries.forEach(p=>i.delete(ot(p))),a=h.next}while(n.complete!==!1&&a!==null&&(o.length<s.length||i.size>0))}catch(h){if(t!==this.asked)return;this.looking=!1,this.unread=m(h,this.words);return}if(this.loading||s!==this.entries){this.soon.run(()=>{this.again()});return}this.unread=void 0,this.heard(n),!(this.looking&&s.length>Nt)&&(this.keep(o),this.next=a,!this.looking&&i.size>0&&(this.selection=new Set([...this.selection].filter(h=>!i.has(h)))))}keep(e,t=[]){const{words:s}=this,i=e.map(o=>({key:ot(o),picture:W(this.shown??"","vault",o.checksum),title:o.path,note:`${s.date(o.at)} · ${s.vaultReason(o.reason)}`,video:o.is_video}));this.grid=[...t,...i],this.entries=t.length?[...this.entries,...e]:e}wanted(){return[...new Set([...this.selection].map(e=>e.slice(0,e.indexOf("/"))))]}async restore(){const e=this.shown;if(e===void 0)return;const t=this.asked;this.restoring=!0,this.failed=void 0,this.told=[];try{const s=await this.api.restore(e,this.wanted());e===this.shown&&(this.told=mn(this.words,s)),t===this.asked&&(this.selection=new Set)}catch(s){e===this.shown&&(this.failed=m(s,this.words))}finally{this.restoring=!1}}};v.styles=[S,gt,g`
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
    `];b([c()],v.prototype,"text",2);b([c()],v.prototype,"month",2);b([c()],v.prototype,"months",2);b([c()],v.prototype,"total",2);b([c()],v.prototype,"entries",2);b([c()],v.prototype,"next",2);b([c()],v.prototype,"loading",2);b([c()],v.prototype,"looking",2);b([c()],v.prototype,"selection",2);b([c()],v.prototype,"unread",2);b([c()],v.prototype,"restoring",2);b([c()],v.prototype,"told",2);v=b([_("isp-vault")],v);function ot({checksum:e,folder:t,path:s}){return`${e}/${t??""}/${s}`}var kn=Object.defineProperty,xn=Object.getOwnPropertyDescriptor,q=(e,t,s,i)=>{for(var o=i>1?void 0:i?xn(t,s):t,n=e.length-1,a;n>=0;n--)(a=e[n])&&(o=(i?a(t,s,o):a(o))||o);return i&&o&&kn(t,s,o),o};const nt={overview:e=>r`<isp-overview
    .api=${e.api} .overview=${e.overview} .words=${e.words} .pictures=${e.pictures} .narrow=${e.narrow} .query=${e.query}
  ></isp-overview>`,review:e=>r`<isp-holds
    .api=${e.api} .overview=${e.overview} .words=${e.words} .pictures=${e.pictures} .narrow=${e.narrow} .query=${e.query}
  ></isp-holds>`,vault:e=>r`<isp-vault
    .api=${e.api} .overview=${e.overview} .words=${e.words} .pictures=${e.pictures} .narrow=${e.narrow} .query=${e.query}
  ></isp-vault>`,history:e=>r`<isp-history
    .api=${e.api} .overview=${e.overview} .words=${e.words} .pictures=${e.pictures} .narrow=${e.narrow} .query=${e.query}
  ></isp-history>`,preview:e=>r`<isp-preview
    .api=${e.api} .overview=${e.overview} .words=${e.words} .pictures=${e.pictures} .narrow=${e.narrow} .query=${e.query}
  ></isp-preview>`},On="overview",jt="/config/integrations/integration/immich_syncthing",Tt=["location-changed","popstate"];let C=class extends L{constructor(){super(...arguments),this.narrow=!1,this.route={prefix:"",path:""},this.connected=!0,this.pictures=new de((e,t)=>this.hass.fetchWithAuth(e,t)),this.search="",this.asked={},this.tab=null,this.disconnected=()=>{this.connected=!1},this.moved=()=>this.requestUpdate(),this.navigated=e=>{const{view:t,query:s}=e.detail;this.go(t,s)}}connectedCallback(){super.connectedCallback(),this.addEventListener("navigate",this.navigated);for(const e of Tt)window.addEventListener(e,this.moved);this.follow()}disconnectedCallback(){super.disconnectedCallback(),this.removeEventListener("navigate",this.navigated);for(const e of Tt)window.removeEventListener(e,this.moved);this.leave(),this.pictures.clear()}shouldUpdate(e){const t=e.get("hass");if(e.size>1||!e.has("hass")||!t)return!0;const{hass:s}=this;return t.connection!==s.connection||t.language!==s.language||t.dockedSidebar!==s.dockedSidebar||t.themes?.darkMode!==s.themes?.darkMode||this.connected!==s.connection.connected}willUpdate(e){if(!e.has("hass")||!this.hass)return;const t=e.get("hass"),s=t?.connection!==this.hass.connection||t.language!==this.hass.language;(this.unsubscribe===void 0||t!==void 0&&s)&&this.follow(),this.language!==this.hass.language&&this.speak(),this.connected=this.hass.connection.connected,this.style.colorScheme=this.hass.themes?.darkMode?"dark":"light"}updated(){const e=this.renderRoot.querySelector("nav [aria-current]");e!==this.tab&&(this.tab=e,e?.scrollIntoView({block:"nearest",inline:"center"}))}render(){const{words:e,overview:t,api:s,pictures:i}=this;if(!e||!s)return r`<header><h1>${this.menu()}</h1></header>`;const o=this.view;return r`
      <header dir=${e.rtl?"rtl":l}>
        ${this.menu(e)}
        <h1 class="grow">${e.t("title")}</h1>
        ${t?.may_decide?this.settings(e):l}
      </header>
      <nav aria-label=${e.t("parts")}>
        ${Object.keys(nt).map(n=>r`<a
              href="${this.route.prefix}/${n}"
              aria-current=${n===o?"page":l}
              @click=${a=>this.follows(a,n)}
              >${e.t(`tab_${n}`)}${n==="review"&&t?.holds.length?r`<span class="many">${e.number(t.holds.length)}</span>`:l}</a
            >`)}
      </nav>
      <main tabindex="-1">
        <div class="inside">
          ${this.trouble(e)}
          ${t?nt[o]({api:s,overview:t,words:e,pictures:i,narrow:this.narrow,query:this.query}):r`<p class="soft" role="status">${e.t("loading")}</p>`}
        </div>
      </main>
    `}menu(e){const t=()=>{this.dispatchEvent(new CustomEvent("hass-toggle-menu",{bubbles:!0,composed:!0}))},s=this.narrow||this.hass.dockedSidebar==="always_hidden";return r`<button type="button" ?hidden=${!s} aria-label=${e?.t("menu")??l} @click=${t}>
      ${w(re)}
    </button>`}settings(e){const t=s=>{qt(s)&&(s.preventDefault(),It(jt))};return r`<a class="button" href=${jt} aria-label=${e.t("settings")} @click=${t}>${w(ae)}</a>`}trouble(e){if(!this.connected||this.lost){const t=this.lost&&this.lost.code!=="unknown_command"?m(this.lost,e):e.t("reconnecting");return r`<p class="notice" role="status">${t}</p>`}return this.overview?.stopped?r`<p class="notice error" role="status">${e.t("stopped")}</p>`:l}get view(){const e=this.route.path.split("/")[1]??"";return Object.hasOwn(nt,e)?e:On}get query(){const{search:e}=window.location;return e!==this.search&&(this.search=e,this.asked=Object.fromEntries(new URLSearchParams(e))),this.asked}follow(){if(!this.isConnected||!this.hass)return;this.leave();const{connection:e,language:t}=this.hass;(this.made?.connection!==e||this.made.language!==t)&&(this.api=void 0),this.made={connection:e,language:t},this.api??=Q.of(this.hass),this.unsubscribe=this.api.overview(s=>{this.overview=s,this.lost=void 0,this.connected=!0},s=>this.lost=s),this.hass.connection.addEventListener("disconnected",this.disconnected)}leave(){this.unsubscribe?.(),this.unsubscribe=void 0,this.hass?.connection.removeEventListener("disconnected",this.disconnected)}async speak(){const e=this.language=this.hass.language,t=await co(this.hass,Q.of(this.hass));this.language===e&&(this.words=t)}follows(e,t){if(!qt(e))return;e.preventDefault();const{config_entry:s}=this.query;this.go(t,s?{config_entry:s}:{})}go(e,t){const s=new URLSearchParams(t).toString();It(`${this.route.prefix}/${e}${s?`?${s}`:""}`),this.renderRoot.querySelector("main")?.scrollTo({top:0})}};C.styles=[S,g`
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
      header :is(button, a.button) {
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
    `];q([d({attribute:!1})],C.prototype,"hass",2);q([d({type:Boolean})],C.prototype,"narrow",2);q([d({attribute:!1})],C.prototype,"route",2);q([c()],C.prototype,"overview",2);q([c()],C.prototype,"words",2);q([c()],C.prototype,"lost",2);q([c()],C.prototype,"connected",2);C=q([_("immich-syncthing-panel")],C);function qt(e){return!e.ctrlKey&&!e.metaKey&&!e.shiftKey&&e.button===0}function It(e){window.history.pushState(null,"",e),window.dispatchEvent(new CustomEvent("location-changed",{detail:{replace:!1}}))}export{C as Panel};
