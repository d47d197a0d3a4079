import{i as v,n as d,r as h,a as R,b as r,A as l,c as j}from"./lit.js";import{n as Jt,a as Qt,m as Zt,w as te,i as f,I as ee,P as qt,d as y,C as ut,U as ft,D as It,b as Lt,c as rt,Q as Rt,t as se,A as ie,e as oe,f as ne,g as re,h as ae,S as Ut,M as le,j as ce,k as bt}from"./tones.js";const at="immich_syncthing",he=3,Ht="disconnected",yt=[500,1e3,2e3,5e3];function B(e,t,s){return`/api/${at}/media/${e}/${t}/${s}/thumbnail`}function g(e,t){const{code:s,message:i}=lt(e);return s===Ht?t.t("reconnecting"):i}function lt(e){if((e?.error?.code??e)===he)return{code:Ht,message:"Connection lost"};const{code:s="",message:i}=e??{};return{code:s,message:i||String(e)}}class Q{constructor(t,s){this.connection=t,this.language=s}static of(t){return new Q(t.connection,t.language)}overview(t,s){return this.follow("overview/subscribe",{},t,s)}newChanges(t,s,i){return this.follow("history/subscribe",{entry_id:t},s,void 0,i)}history(t,s){return this.ask("history",{entry_id:t,...s})}heldItems(t,s){return this.ask("hold/items",{entry_id:t.entry_id,hold_id:t.hold_id,...s})}answer(t,s,i){const{entry_id:o,hold_id:n,revision:a}=t;return this.ask("hold/answer",{entry_id:o,hold_id:n,revision:a,answer:s,...i?{items:i}:{}})}answers(t,s){return this.ask("answers",{entry_id:t,...s})}reconsider(t,s){return this.ask("reconsider",{entry_id:t,answer_id:s})}vault(t,s){return this.ask("vault/list",{entry_id:t,...s})}restore(t,s){return this.ask("vault/restore",{entry_id:t,checksums:s})}preview(t,s){return this.ask("preview",{entry_id:t,folder_id:s})}control(t,s){const{entry_id:i,folder_id:o}=t;return this.ask("folder/control",{entry_id:i,folder_id:o,do:s})}async translations(t,s){const i={type:"frontend/get_translations",language:t,category:s,integration:[at]};return(await this.connection.sendMessagePromise(i)).resources}message(t,s){return{type:`${at}/${t}`,language:this.language,...s}}async ask(t,s){try{return await this.connection.sendMessagePromise(this.message(t,s))}catch(i){throw lt(i)}}follow(t,s,i,o,n){let a=!1,c=0,p,S;const u=async()=>{const z=++c;window.clearTimeout(p),S=void 0;for(let mt=0;!a&&z===c;mt++)try{const X=await this.connection.subscribeMessage(tt=>{!a&&z===c&&i(tt)},this.message(t,s),{resubscribe:!1});a||z!==c?X().catch(()=>{}):(S=X,n?.());return}catch(X){if(a||z!==c)return;o?.(lt(X));const tt=yt[Math.min(mt,yt.length-1)];await new Promise(Xt=>p=window.setTimeout(Xt,tt))}},b=()=>{u()};return this.connection.addEventListener("ready",b),u(),()=>{a=!0,window.clearTimeout(p),this.connection.removeEventListener("ready",b),S?.().catch(()=>{})}}}const de=400,pe=6;class ue{constructor(t,s=de){this.load=t,this.limit=s,this.pictures=new Map,this.running=0}get size(){return this.pictures.size}take(t){const s=this.pictures.get(t)??this.wish(t);this.pictures.delete(t),this.pictures.set(t,s),s.uses++,this.next();let i=!1;const o=()=>{i||(i=!0,s.uses--,s.uses===0&&s.state!=="there"&&this.drop(s),this.trim())};return{url:s.url,release:o}}clear(){for(const t of this.pictures.values())this.drop(t)}wish(t){let s=()=>{};const i=new Promise(o=>s=o);return{path:t,abort:new AbortController,url:i,settle:s,state:"wanted",uses:0,object:null}}next(){for(const t of this.pictures.values()){if(this.running>=pe)return;t.state==="wanted"&&this.fetch(t)}}async fetch(t){t.state="fetched",this.running++;try{const s=await this.load(t.path,{signal:t.abort.signal});s.ok?this.arrived(t,await s.blob()):this.drop(t)}catch{this.drop(t)}finally{this.running--,this.next()}}arrived(t,s){t.state==="fetched"&&(t.object=URL.createObjectURL(s),t.state="there",t.settle(t.object),this.trim())}trim(){for(const t of this.pictures.values()){if(this.pictures.size<=this.limit)return;t.uses===0&&this.drop(t)}}drop(t){t.state="gone",t.abort.abort(),t.settle(null),this.pictures.get(t.path)===t&&this.pictures.delete(t.path),t.object!==null&&URL.revokeObjectURL(t.object)}}const O=v`
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
`,fe="Photos",we="Menu",ve="Settings",ge="Parts of this page",me="Loading…",be="Not known yet",ye="Home Assistant does not answer. This page goes on by itself as soon as it does.",_e="Everything is stopped: nothing is uploaded or deleted until you resume it.",$e="Overview",ke="To decide",xe="No folder yet",Oe="Add one: Settings > Devices & services > Immich Syncthing > Add folder.",Se="What was done last",ze="Nothing was done yet.",Ce="Look at the photos and decide",Pe="{percent} in agreement",Ee="{count} file",Me="{count} files",Ae="in folder and Immich",De="only in the folder, on purpose",je="only in Immich, on purpose",Ne="to upload",Te="to decide",qe="failed",Ie="being read",Le="{done} of {total}",Re="Uploading",Ue="{bytes}/s",He="and {count} more",Be="and {count} more",We="{device} has everything",Ge="{device} has {percent}",Fe="{device} is not connected",Ve="Compared {ago}",Ke="Not compared yet",Ye="Sync now",Xe="Pause",Je="Resume",Qe="Nothing waits for your decision",Ze="When more photos are deleted at once than passes without asking, they are shown here first, and nothing happens to them until you decide.",ts="{count} question waits for your answer",es="{count} questions wait for your answer",ss="This question needs no answer any more.",is="All questions",os="Asked {ago}",ns="More photos joined this question since you opened it. Your answer does not touch them.",rs="Show them",as="{count} photo. Select it, or answer at once.",ls="{count} photos. Select some, or answer for all of them.",cs="{count} of {total} selected",hs="Select all",ds="Select none",ps="Photo without a file",us="Photos of this question",fs="Decide for the photo",ws="Decide for all {count} photos",vs="Decide for the selected photo",gs="Decide for the {count} selected photos",ms="Select photos to decide, or select all.",bs="Not now",ys="You can look at everything here. Only administrators of Home Assistant can decide.",_s="{count} photo.",$s="{count} photos.",ks="{count} photo still waits.",xs="{count} photos still wait.",Os="Answers that you can still take back",Ss="Take it back",zs="You are asked about {count} photo again.",Cs="You are asked about {count} photos again.",Ps="{count} photo is being brought back.",Es="{count} photos are being brought back.",Ms="Deleted photos",As="History",Ds="Preview",js="Account",Ns="Folder",Ts="All folders",qs="No account works just now. The overview says why.",Is="Search by name",Ls="Deleted in",Rs="Any month",Us="Deleted photos that can be brought back",Hs="{count} photo can be brought back",Bs="{count} photos can be brought back",Ws="{count} selected",Gs="{count} selected",Fs="Nothing is kept here now. What is deleted is kept here for a while, and can be brought back.",Vs="Nothing that was deleted matches this.",Ks="Bring {count} photo back",Ys="Bring {count} photos back",Xs="Select photos to bring them back",Js="They are being brought back…",Qs="At most {count} at once.",Zs="Only administrators of Home Assistant can bring photos back.",ti="{count} photo is back.",ei="{count} photos are back.",si="{count} photo is on its way. That goes on by itself.",ii="{count} photos are on their way. That goes on by itself.",oi="{count} photo could not be brought back yet, and is tried again: {reason}.",ni="{count} photos could not be brought back yet, and are tried again: {reason}.",ri="{folder} waits: {reason}.",ai="{count} photo was settled otherwise meanwhile.",li="{count} photos were settled otherwise meanwhile.",ci="The rest is still being looked for. That goes on by itself.",hi="Nothing is to be brought back.",di="{count} photo cannot be brought back.",pi="{count} photos cannot be brought back.",ui="{count} photo cannot be brought back now: {reason}.",fi="{count} photos cannot be brought back now: {reason}.",wi="{count} photo is there already, in the folder and in Immich.",vi="{count} photos are there already, in the folder and in Immich.",gi="Something is just being done with {count} photo. Try again in a moment.",mi="Something is just being done with {count} photos. Try again in a moment.",bi="{count} photo is kept nowhere any more.",yi="{count} photos are kept nowhere any more.",_i="{count} photo has no folder here any more.",$i="{count} photos have no folder here any more.",ki="{count} photo is left out by the patterns of its folder.",xi="{count} photos are left out by the patterns of their folder.",Oi="{count} photo is in Immich's locked folder, or belongs to somebody else.",Si="{count} photos are in Immich's locked folder, or belong to somebody else.",zi="{count} video belongs to a live photo that does not come back.",Ci="{count} videos belong to live photos that do not come back.",Pi="What was done",Ei="Everything",Mi="Search by name",Ai="From",Di="To",ji="Nothing that was done matches this.",Ni="Show more",Ti="{count} photo",qi="{count} photos",Ii="This is what would happen now, and to which photos. Nothing happens by looking.",Li="Look again",Ri="Both sides are being compared…",Ui="Nothing would happen: both sides agree.",Hi="The folder is paused: none of this happens before it goes on.",Bi="{count} change waits until Syncthing is at rest.",Wi="{count} changes wait until Syncthing is at rest.",Gi="Show {count} photo",Fi="Show {count} photos",Vi="This is the first one.",Ki="These are the first {count}.",Yi="Wait for your answer",Xi="Leave the folder, and so the phone",Ji="Go to Immich's trash",Qi="Leave the phone to free space; Immich keeps them",Zi="Are replaced in Immich by their edited version",to="Are stacked in Immich below their edited version",eo="Go up to Immich",so="Are on both sides already",io="Come back in Immich",oo="Come back into the folder",no="Are joined with their live photo",ro="Stay only in Immich",ao="Stay only in the folder",lo="Are gone from both sides",co="Copies",ho="Last one {ago}",po="{percent} complete",V={title:fe,menu:we,settings:ve,parts:ge,loading:me,unknown:be,reconnecting:ye,stopped:_e,tab_overview:$e,tab_review:ke,no_folders:xe,no_folders_do:Oe,last_changes:Se,no_changes:ze,look_and_decide:Ce,agree:Pe,files_one:Ee,files_other:Me,count_linked:Ae,count_kept:De,count_released:je,count_to_upload:Ne,count_held:Te,count_failed:qe,count_unresolved:Ie,done_of:Le,uploading:Re,rate:Ue,more_uploads_one:He,more_uploads_other:Be,device_complete:We,device_part:Ge,device_unknown:Fe,looked:Ve,never_looked:Ke,sync_now:Ye,pause:Xe,resume:Je,nothing_to_decide:Qe,nothing_to_decide_why:Ze,questions_one:ts,questions_other:es,question_gone:ss,all_questions:is,asked:os,joined:ns,show_all:rs,none_selected_one:as,none_selected_other:ls,selected:cs,select_all:hs,select_none:ds,no_file:ps,photos_of_question:us,answer_all_one:fs,answer_all_other:ws,answer_some_one:vs,answer_some_other:gs,answer_none:ms,not_now:bs,admins_decide:ys,answered_one:_s,answered_other:$s,left_one:ks,left_other:xs,given_answers:Os,take_back:Ss,asked_again_one:zs,asked_again_other:Cs,brought_back_one:Ps,brought_back_other:Es,tab_vault:Ms,tab_history:As,tab_preview:Ds,account:js,folder:Ns,all_folders:Ts,no_account:qs,vault_search:Is,vault_month:Ls,vault_any_month:Rs,vault_photos:Us,vault_total_one:Hs,vault_total_other:Bs,vault_selected_one:Ws,vault_selected_other:Gs,vault_empty:Fs,vault_nothing_found:Vs,vault_restore_one:Ks,vault_restore_other:Ys,vault_restore_none:Xs,vault_restoring:Js,vault_at_most:Qs,vault_admins:Zs,restored_back_one:ti,restored_back_other:ei,restored_under_way_one:si,restored_under_way_other:ii,restored_failed_one:oi,restored_failed_other:ni,restored_waits:ri,restored_moved_on_one:ai,restored_moved_on_other:li,restored_goes_on:ci,restored_nothing:hi,stays_one:di,stays_other:pi,stays_problem_one:ui,stays_problem_other:fi,stays_already_there_one:wi,stays_already_there_other:vi,stays_under_way_one:gi,stays_under_way_other:mi,stays_no_bytes_one:bi,stays_no_bytes_other:yi,stays_no_place_one:_i,stays_no_place_other:$i,stays_excluded_one:ki,stays_excluded_other:xi,stays_locked_one:Oi,stays_locked_other:Si,stays_its_photo_one:zi,stays_its_photo_other:Ci,history_action:Pi,history_any:Ei,history_text:Mi,history_since:Ai,history_until:Di,history_nothing_found:ji,history_more:Ni,history_items_one:Ti,history_items_other:qi,preview_intro:Ii,preview_again:Li,preview_looking:Ri,preview_nothing:Ui,preview_paused:Hi,preview_waiting_one:Bi,preview_waiting_other:Wi,preview_more_one:Gi,preview_more_other:Fi,preview_first_one:Vi,preview_first_other:Ki,plan_ask:Yi,plan_delete_file:Xi,plan_trash_asset:Ji,plan_free_file:Qi,plan_replace_asset:Zi,plan_stack_asset:to,plan_upload:eo,plan_link:so,plan_restore_asset:io,plan_bring_back_file:oo,plan_pair_motion:no,plan_release:ro,plan_keep:ao,plan_remove:lo,copies:co,copies_last:ho,copies_complete:po},uo=new Set(["ar","fa","he","ur"]),fo=["entity","selector","issues"],_t=["byte","kilobyte","megabyte","gigabyte","terabyte"],wo={12:"h12",24:"h23"};class vo{constructor(t,s=V,i={},o={}){this.language=t,this.own=s,this.theirs=i,this.habits=o,this.times=new Map,this.t=(n,a={})=>this.filled(this.form(n,a.count)??n,a),this.rtl=uo.has(t.split("-",1)[0]??""),this.plural=new Intl.PluralRules(s===V?"en":t)}ha(t){return this.theirs[`component.immich_syncthing.${t}`]}state(t){return t===null?this.t("unknown"):this.ha(`entity.sensor.status.state.${t}`)??t}waitReason(t){return this.ha(`entity.sensor.status.state_attributes.wait_reason.state.${t}`)??t}problem(t){return this.ha(`entity.binary_sensor.problem.state_attributes.reason.state.${t}`)??t}step(t){return this.ha(`entity.sensor.status.state_attributes.step.state.${t}`)??t}action(t){return this.ha(`selector.history_kind.options.${t}`)??t}actions(){const t="component.immich_syncthing.selector.history_kind.options.";return Object.keys(this.theirs).filter(i=>i.startsWith(t)).map(i=>i.slice(t.length)).sort((i,o)=>this.action(i).localeCompare(this.action(o),this.language))}reason(t){return this.ha(`entity.event.activity.state_attributes.reason.state.${t}`)??""}about(t,s){const o=(this.ha(`issues.hold_${t}.fix_flow.step.init.description`)??"").split(`

`),n=o.indexOf("{sample}");return o.filter((c,p)=>n<0||p!==n&&p!==n-1).map(c=>this.filled(c.replaceAll("**",""),s)).filter(c=>c!=="")}answer(t,s){return this.ha(`issues.hold_${t}.fix_flow.step.init.menu_options.${s}`)??s}meaning(t,s){return this.ha(`issues.hold_${t}.fix_flow.step.init.menu_option_descriptions.${s}`)??""}vaultReason(t){return this.ha(`selector.vault_reason.options.${t}`)??t}preset(t){return(this.ha(`selector.preset.options.${t}`)??t).split(" – ",1)[0]??t}number(t){return this.written(t,{})}percent(t){return this.written(t/100,{style:"percent",maximumFractionDigits:0})}bytes(t){let[s,i]=[0,t];for(;i>=1e3&&s<_t.length-1;)[s,i]=[s+1,i/1e3];const o={style:"unit",unit:_t[s]??"byte",maximumFractionDigits:i<10&&s>0?1:0};return this.written(i,o)}date(t){return this.formatted(t,{dateStyle:"medium"})}moment(t){const s=wo[this.habits.hours??""];return this.formatted(t,{dateStyle:"medium",timeStyle:"short",...s?{hourCycle:s}:{}})}month(t){return this.formatted(t,{year:"numeric",month:"long"})}ago(t,s=Date.now()){return Qt(t,this.language,s)}midnight(t,s=0){return Zt(t,s,this.habits.zone).toISOString()}filled(t,s){return t.replace(/\{(\w+)\}/g,(i,o)=>{const n=s[o];return n===void 0?"":typeof n=="number"?this.number(n):Bt(n)})}form(t,s){if(typeof s=="number"){const i=`${t}_${this.plural.select(s)}`,o=this.own[i]??this.own[`${t}_other`];if(o!==void 0)return o}return this.own[t]??V[t]}formatted(t,s){const i=this.habits.zone===void 0?{}:{timeZone:this.habits.zone},o=()=>new Intl.DateTimeFormat(this.language,{...s,...i});return go(this.times,JSON.stringify(s),o).format(new Date(t))}written(t,s){return te(t,this.language,this.habits.numbers,s)}}function Bt(e){return e.replace(/[\u202a-\u202e\u2066-\u2069]/g,"")}function go(e,t,s){const i=e.get(t)??s();return e.set(t,i),i}async function mo(e,t){const s=Jt(e.language),{locale:i,config:o}=e,n=i?.time_zone==="server"?o?.time_zone:void 0,[a,...c]=await Promise.all([s==="en"?V:bo(s),...fo.map(u=>t.translations(e.language,u).catch(()=>{}))]),p={zone:n,numbers:i?.number_format,hours:i?.time_format};return{words:new vo(e.language,a??V,Object.assign({},...c),p),whole:a!==void 0&&!c.includes(void 0)}}async function bo(e){try{const t=await fetch(`${import.meta.url.replace(/[^/]*$/,"")}words/${e}.json`);return t.ok?await t.json():void 0}catch{return}}class ct{constructor(t){this.milliseconds=t}run(t){this.stop(),this.timer=window.setTimeout(t,this.milliseconds)}stop(){window.clearTimeout(this.timer)}}var yo=Object.defineProperty,_o=Object.getOwnPropertyDescriptor,W=(e,t,s,i)=>{for(var o=i>1?void 0:i?_o(t,s):t,n=e.length-1,a;n>=0;n--)(a=e[n])&&(o=(i?a(t,s,o):a(o))||o);return i&&o&&yo(t,s,o),o};const ht=new WeakMap,$t="300px";let dt;function $o(e,t){dt??=new IntersectionObserver(s=>s.forEach(i=>ht.get(i.target)?.(i.isIntersecting)),{rootMargin:$t,scrollMargin:$t}),ht.set(e,t),dt.observe(e)}function ko(e){ht.delete(e),dt?.unobserve(e)}let N=class extends R{constructor(){super(...arguments),this.path=null,this.label="",this.video=!1,this.near=!1,this.broken=()=>{this.url=null}}connectedCallback(){super.connectedCallback(),$o(this,e=>{this.near=e,e?this.take():this.release()})}disconnectedCallback(){super.disconnectedCallback(),ko(this),this.near=!1,this.release()}willUpdate(e){!e.has("path")&&!e.has("pictures")||(this.release(),this.near&&this.take())}render(){const e=this.path?this.url:null,t=e?r`<img src=${e} alt=${this.label} decoding="async" @error=${this.broken} />`:r`<div class=${e===null?"none":l} role=${this.label?"img":l} aria-label=${this.label||l}>
          ${e===null?f(ee):l}
        </div>`;return r`${t}${this.video?r`<span class="video" aria-hidden="true">${f(qt)}</span>`:l}`}take(){if(this.taken||!this.path||!this.pictures)return;const e=this.taken=this.pictures.take(this.path);e.url.then(t=>{this.taken===e&&(this.url=t)})}release(){this.taken?.release(),this.taken=void 0,this.url=void 0}};N.styles=v`
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
  `;W([d({attribute:!1})],N.prototype,"pictures",2);W([d()],N.prototype,"path",2);W([d()],N.prototype,"label",2);W([d({type:Boolean})],N.prototype,"video",2);W([h()],N.prototype,"url",2);N=W([y("isp-picture")],N);const xo=3e4;class wt{constructor(t){this.host=t,t.addController(this)}hostConnected(){this.timer=window.setInterval(()=>this.host.requestUpdate(),xo)}hostDisconnected(){window.clearInterval(this.timer)}}var Oo=Object.defineProperty,U=(e,t,s,i)=>{for(var o=void 0,n=e.length-1,a;n>=0;n--)(a=e[n])&&(o=a(t,s,o)||o);return o&&Oo(t,s,o),o};class _ extends R{constructor(){super(),this.narrow=!1,this.query={},new wt(this)}static{this.styles=O}willUpdate(t){t.has("overview")&&this.failed===this.words.t("reconnecting")&&(this.failed=void 0)}}U([d({attribute:!1})],_.prototype,"api");U([d({attribute:!1})],_.prototype,"overview");U([d({attribute:!1})],_.prototype,"words");U([d({attribute:!1})],_.prototype,"pictures");U([d({type:Boolean})],_.prototype,"narrow");U([d({attribute:!1})],_.prototype,"query");U([h()],_.prototype,"failed");function So(e,t,s,i){const o=t.map(n=>[n.folder_id,n.label]);return K(e.t("folder"),[["",e.t("all_folders")],...o],s,i)}function K(e,t,s,i){return r`<label class="field">
    <span>${e}</span>
    <select @change=${n=>i(n.target.value)}>
      ${t.map(([n,a])=>r`<option value=${n} ?selected=${n===s}>${a}</option>`)}
    </select>
  </label>`}function J(e,t,s,i){return r`<label class="field">
    <span>${e}</span>
    <input type=${t} .value=${s} @input=${n=>i(n.target.value)} />
  </label>`}var zo=Object.defineProperty,Co=(e,t,s,i)=>{for(var o=void 0,n=e.length-1,a;n>=0;n--)(a=e[n])&&(o=a(t,s,o)||o);return o&&zo(t,s,o),o};class vt extends _{willUpdate(t){super.willUpdate(t),t.has("query")&&(this.chosen=this.query.config_entry??this.chosen),t.has("api")&&(this.shown=void 0);const{account:s}=this;this.chosen=s?.entry_id??this.chosen,s?.loaded!==!1&&(t.has("api")||s?.entry_id!==this.shown)&&(this.shown=s?.entry_id,this.begins())}render(){const{account:t}=this;return t?.loaded?this.about(t):r`<div class="all">
      <div class="fields">${this.accounts()}</div>
      ${t?.problem?r`<p class="notice" role="status"><span><bdi>${t.title}</bdi>: ${t.problem}</span></p>`:r`<p class="soft" role="status">${this.words.t("no_account")}</p>`}
    </div>`}accounts(){const{account:t}=this,s=this.overview.accounts.filter(i=>i.loaded||i.entry_id===t?.entry_id);return s.length<2?l:K(this.words.t("account"),s.map(i=>[i.entry_id,i.title]),t?.entry_id??"",i=>this.chosen=i)}get account(){const{accounts:t}=this.overview;return t.find(s=>s.entry_id===this.chosen)??t.find(s=>s.loaded)}}Co([h()],vt.prototype,"chosen");const gt=v`
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
`;var Po=Object.defineProperty,Eo=Object.getOwnPropertyDescriptor,M=(e,t,s,i)=>{for(var o=i>1?void 0:i?Eo(t,s):t,n=e.length-1,a;n>=0;n--)(a=e[n])&&(o=(i?a(t,s,o):a(o))||o);return i&&o&&Po(t,s,o),o};const Mo=100,kt=500,Ao=300;let $=class extends vt{constructor(){super(...arguments),this.folder="",this.action="",this.text="",this.since="",this.until="",this.older=null,this.loading=!1,this.paged=0,this.asked=0,this.fresh=[],this.typed=new ct(Ao)}connectedCallback(){super.connectedCallback(),this.hasUpdated&&this.follow()}disconnectedCallback(){super.disconnectedCallback(),this.typed.stop(),this.unsubscribe?.(),this.unsubscribe=void 0}begins(){this.folder="",this.follow()}about(e){const{words:t}=this,{t:s}=t,i=this.overview.folders.filter(n=>n.entry_id===e.entry_id),o=t.actions().map(n=>[n,t.action(n)]);return r`<div class="all">
      <div class="fields">
        ${this.accounts()}
        ${So(t,i,this.folder,n=>this.filter(()=>this.folder=n))}
        ${K(s("history_action"),[["",s("history_any")],...o],this.action,n=>this.filter(()=>this.action=n))}
        ${J(s("history_text"),"search",this.text,n=>{this.text=n,this.typed.run(()=>this.begin())})}
        ${J(s("history_since"),"date",this.since,n=>this.filter(()=>this.since=n))}
        ${J(s("history_until"),"date",this.until,n=>this.filter(()=>this.until=n))}
      </div>
      ${this.failed?r`<p class="bad" role="alert">${this.failed}</p>`:l} ${this.list()}
      ${this.loading||this.changes===void 0&&!this.failed?r`<p class="soft" role="status">${s("loading")}</p>`:l}
      ${this.older!==null&&!this.loading?r`<button type="button" class="more" @click=${()=>{this.page()}}>${s("history_more")}</button>`:l}
    </div>`}list(){const{changes:e,words:t}=this;if(e===void 0)return l;if(e.length===0){const s=Object.keys(this.wanted()).length>0;return r`<p class="soft">${t.t(s?"history_nothing_found":"no_changes")}</p>`}return r`<ol class="card">
      ${j(e,s=>s.id,s=>this.line(s))}
    </ol>`}line(e){const{words:t}=this,s=e.why===null?"":t.reason(e.why),i=e.checksum===null?null:B(this.shown??"","linked",e.checksum),o=e.items!==null&&e.items>1?t.t("history_items",{count:e.items}):"";return r`<li>
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
    </li>`}filter(e){e(),this.begin()}follow(){this.unsubscribe?.(),this.unsubscribe=void 0,this.changes=void 0;const e=this.shown;e===void 0||!this.isConnected||(this.unsubscribe=this.api.newChanges(e,t=>this.happened(t),()=>this.begin()))}happened(e){if(!this.isWanted(e)||(this.fresh=et([e],this.fresh).slice(0,kt),this.changes===void 0))return;const t=et([e],this.changes),s=Math.max(kt,this.paged);this.changes=t.slice(0,s);const i=this.changes.at(-1);t.length>s&&i&&(this.older=i.id,this.loading&&this.asked++,this.loading=!1)}begin(){this.asked++,this.older=null,this.fresh=[],this.loading=!1,this.failed=void 0,this.page(!0)}async page(e=!1){const t=this.shown;if(t===void 0||this.loading)return;const s=this.asked;this.loading=!0;try{const i=await this.api.history(t,{...this.wanted(),limit:Mo,...this.older===null?{}:{before:this.older}});if(s!==this.asked)return;this.changes=et(e?this.fresh:this.changes??[],i.entries),this.paged=this.changes.length,this.older=i.next_before}catch(i){s===this.asked&&(this.failed=g(i,this.words))}finally{s===this.asked&&(this.loading=!1)}}wanted(){return{...this.folder?{folder_id:this.folder}:{},...this.action?{action:this.action}:{},...this.text.trim()?{text:this.text.trim()}:{},...this.since?{since:this.words.midnight(this.since)}:{},...this.until?{until:this.words.midnight(this.until,1)}:{}}}isWanted(e){const{folder_id:t,action:s,text:i,since:o,until:n}=this.wanted();return(t===void 0||e.folder_id===t)&&(s===void 0||e.action===s)&&(i===void 0||(e.path??"").toLowerCase().includes(i.toLowerCase()))&&(o===void 0||Date.parse(e.at)>=Date.parse(o))&&(n===void 0||Date.parse(e.at)<Date.parse(n))}};$.styles=[O,gt,v`
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
    `];M([h()],$.prototype,"folder",2);M([h()],$.prototype,"action",2);M([h()],$.prototype,"text",2);M([h()],$.prototype,"since",2);M([h()],$.prototype,"until",2);M([h()],$.prototype,"changes",2);M([h()],$.prototype,"older",2);M([h()],$.prototype,"loading",2);$=M([y("isp-history")],$);function et(e,t){const s=new Set(e.map(i=>i.id));return[...e,...t.filter(i=>!s.has(i.id))]}const Wt=112,Do=148,F=8,Gt=44,xt=2,jo=24,No={columns:1,rowHeight:Wt+Gt+F};function To(e){const t=e<600?Wt:Do,s=Math.max(1,Math.floor((e+F)/(t+F)));return{columns:s,rowHeight:Math.floor((e-F*(s-1))/s)+Gt+F}}function Ot(e,t,s,i,o=0){const n=Math.max(0,Math.min(e,Math.floor(-s/t)-o)),a=Math.max(n,Math.min(e,Math.ceil((i-s)/t)+o));return{first:n,end:a}}function qo(e,t,s,i){let o=Math.max(e.first,t.first),n=Math.min(e.end,t.end);o>=n&&(o=n=s.first);for(let a=Math.max(1,Math.floor(jo/i));a>0;a--)n<s.end?n++:o>s.first?o--:n<t.end?n++:o>t.first&&o--;return{first:o,end:n}}function St(e,t){return e.first===t.first&&e.end===t.end}function Ft(e){const t=e.getRootNode();return t instanceof ShadowRoot?[t,...Ft(t.host)]:[t]}function Io(e,t,s){const i=e.getBoundingClientRect().top+t,o=Ro(e),n=o.getBoundingClientRect(),[a,c]=Lo(e),p=Math.min(0,i-a-Math.max(0,n.top))||Math.max(0,i+s-(Math.min(window.innerHeight,n.bottom)-c));p!==0&&o.scrollBy({top:p})}function Lo(e){const t=[0,0];for(const s of e.parentElement?.children??[]){if(getComputedStyle(s).position!=="sticky")continue;const i=e.compareDocumentPosition(s)&Node.DOCUMENT_POSITION_FOLLOWING;t[i?1:0]+=s.getBoundingClientRect().height}return t}function Ro(e){for(let t=e;t!==null;t=Uo(t))if(/auto|scroll/.test(getComputedStyle(t).overflowY))return t;return document.scrollingElement??document.documentElement}function Uo(e){const t=e.getRootNode();return e.assignedSlot??e.parentElement??(t instanceof ShadowRoot?t.host:null)}const Ho=v`
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
`,Bo=450,Wo=6;class Go{constructor(){this.was=!1,this.end=()=>window.clearTimeout(this.timer),this.moved=t=>{Math.abs(t.movementX)+Math.abs(t.movementY)>Wo&&this.end()},this.menu=t=>{this.was&&t.preventDefault()}}begin(t,s){this.was=!1,this.end(),!(t.pointerType!=="touch"||s===void 0)&&(this.timer=window.setTimeout(()=>{this.was=!0,s()},Bo))}taken(){const{was:t}=this;return this.was=!1,t}}function Vt(e){return e.slice(e.lastIndexOf("/")+1)}var Fo=Object.defineProperty,Vo=Object.getOwnPropertyDescriptor,A=(e,t,s,i)=>{for(var o=i>1?void 0:i?Vo(t,s):t,n=e.length-1,a;n>=0;n--)(a=e[n])&&(o=(i?a(t,s,o):a(o))||o);return i&&o&&Fo(t,s,o),o};let k=class extends R{constructor(){super(...arguments),this.items=[],this.selection=new Set,this.label="",this.more=!1,this.division=No,this.span={first:0,end:0},this.current=0,this.touch=new Go,this.roots=[],this.resized=new ResizeObserver(()=>requestAnimationFrame(()=>this.measure())),this.scrolled=()=>{this.drawing??=requestAnimationFrame(this.draw)},this.draw=()=>{this.drawing=void 0;const{columns:e,rowHeight:t}=this.division,{top:s}=this.getBoundingClientRect(),i=Ot(this.rows,t,s,window.innerHeight),o=Ot(this.rows,t,s,window.innerHeight,xt),n=qo(this.span,o,i,e);St(n,this.span)||(this.span=n),St(n,o)||this.scrolled(),this.wantMore(o)},this.key=e=>{const t=getComputedStyle(this).direction==="rtl"?-1:1,{columns:s,rowHeight:i}=this.division,o=Math.max(1,Math.floor(window.innerHeight/i)-1)*s,n=this.items.length-1,c={ArrowRight:this.current+t,ArrowLeft:this.current-t,ArrowDown:this.current+s,ArrowUp:this.current-s,PageDown:this.current+o,PageUp:this.current-o,Home:0,End:n}[e.key];if(c!==void 0){const p=c<0||c>n;this.anchor??=this.items[this.current]?.key,this.go(p&&e.key.startsWith("Arrow")?this.current:Math.max(0,Math.min(n,c))),e.shiftKey?this.range(this.current):this.anchor=this.items[this.current]?.key}else if(e.key===" "||e.key==="Enter")this.choose(this.current,e.shiftKey);else if(e.key==="a"&&(e.ctrlKey||e.metaKey))this.dispatchEvent(new CustomEvent("all"));else if(e.key==="Escape"&&this.selection.size>0)this.select(new Set);else return;e.preventDefault()},this.clicked=e=>{const t=zt(e);t===void 0||this.touch.taken()||(this.current=t,this.choose(t,e.shiftKey))},this.pointerDown=e=>{const t=zt(e),s=t===void 0?void 0:this.items[t]?.key,i=()=>{const o=this.indexOf(s);o>=0&&this.choose(this.current=o,!0)};this.touch.begin(e,s===void 0?void 0:i)}}connectedCallback(){super.connectedCallback(),this.resized.observe(this),this.roots=Ft(this);for(const e of this.roots)e.addEventListener("scroll",this.scrolled,{capture:!0,passive:!0});window.addEventListener("resize",this.scrolled,{passive:!0})}disconnectedCallback(){super.disconnectedCallback(),this.resized.disconnect();for(const e of this.roots)e.removeEventListener("scroll",this.scrolled,{capture:!0});window.removeEventListener("resize",this.scrolled),this.drawing!==void 0&&window.cancelAnimationFrame(this.drawing),this.drawing=void 0,this.touch.end()}willUpdate(e){if(e.has("more")&&(this.asked=void 0),!e.has("items"))return;const t=this.indexOf(e.get("items")?.[this.current]?.key);this.current=t>=0?t:Math.max(0,Math.min(this.current,this.items.length-1))}updated(e){(e.has("items")||e.has("more")||e.has("division"))&&this.scrolled()}render(){const e=[];for(let t=this.span.first;t<Math.min(this.span.end,this.rows);t++)e.push(t);return r`<div
      role="listbox"
      tabindex="0"
      aria-label=${this.label}
      aria-multiselectable="true"
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
      ${j(e,t=>t,t=>this.row(t))}
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
      <span class="mark" aria-hidden="true">${f(ut)}</span>
      <span class="title" aria-hidden="true">${Vt(e.title)}</span>
      <span class="note" aria-hidden="true">${e.note??l}</span>
    </div>`}isDrawn(e){const t=Math.floor(e/this.division.columns);return e<this.items.length&&t>=this.span.first&&t<this.span.end}get rows(){return Math.ceil(this.items.length/this.division.columns)}measure(){const e=this.clientWidth;if(e===0)return;const t=To(e),{columns:s,rowHeight:i}=this.division;(t.columns!==s||t.rowHeight!==i)&&(this.division=t),this.scrolled()}wantMore(e){const t=e.end>=this.rows-xt-1;!this.more||!t||this.asked===this.items||(this.asked=this.items,this.dispatchEvent(new CustomEvent("more")))}go(e){if(this.items.length===0)return;this.current=e;const{columns:t,rowHeight:s}=this.division;Io(this,Math.floor(e/t)*s,s),this.scrolled()}choose(e,t){if(t){this.range(e);return}const s=this.items[e];if(s===void 0)return;this.anchor=s.key;const i=new Set(this.selection);i.delete(s.key)||i.add(s.key),this.select(i)}range(e){this.indexOf(this.anchor)<0&&(this.anchor=this.items[e]?.key);const t=this.indexOf(this.anchor),[s,i]=t<e?[t,e]:[e,t],o=new Set(this.selection);for(const n of this.items.slice(s,i+1))o.add(n.key);this.select(o)}indexOf(e){return this.items.findIndex(t=>t.key===e)}select(e){this.dispatchEvent(new CustomEvent("selected",{detail:e}))}};k.styles=Ho;A([d({attribute:!1})],k.prototype,"items",2);A([d({attribute:!1})],k.prototype,"selection",2);A([d({attribute:!1})],k.prototype,"pictures",2);A([d()],k.prototype,"label",2);A([d({type:Boolean})],k.prototype,"more",2);A([h()],k.prototype,"division",2);A([h()],k.prototype,"span",2);A([h()],k.prototype,"current",2);k=A([y("isp-grid")],k);function zt(e){const t=e.composedPath().find(s=>s instanceof HTMLElement&&s.dataset.at!==void 0);return t===void 0?void 0:Number(t.dataset.at)}var Ko=Object.defineProperty,Yo=Object.getOwnPropertyDescriptor,D=(e,t,s,i)=>{for(var o=i>1?void 0:i?Yo(t,s):t,n=e.length-1,a;n>=0;n--)(a=e[n])&&(o=(i?a(t,s,o):a(o))||o);return i&&o&&Ko(t,s,o),o};const Xo=5,Jo=new Set(["under_way","no_bytes","no_place"]);let x=class extends R{constructor(){super(),this.given=[],this.told=[],this.busy=!1,this.looked=0,new wt(this)}willUpdate(e){e.has("overview")&&this.failed===this.words.t("reconnecting")&&(this.failed=void 0);const t=e.get("overview"),s=e.has("overview")&&(this.unread!==void 0||Ct(t)!==Ct(this.overview));(e.has("api")||s)&&this.look()}render(){const{words:e}=this,t=this.failed??this.unread;return this.given.length===0&&this.told.length===0&&!t?l:r`<section class="card" aria-labelledby="given">
      <h2 id="given">${e.t("given_answers")}</h2>
      <div role="status">${this.told.map(s=>r`<p>${s}</p>`)}</div>
      ${t?r`<p class="bad" role="alert">${t}</p>`:l}
      <ul>
        ${j(this.given,({answer:s})=>s.answer_id,s=>this.row(s))}
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
            <span class="icon">${f(ft)}</span>${s.t("take_back")}<span class="sr">: ${i}</span>
          </button>`:l}
    </li>`}async look(){const e=++this.looked,t=this.overview.accounts.filter(s=>s.loaded).map(s=>s.entry_id);try{const s=await Promise.all(t.map(i=>this.api.answers(i,{limit:Xo})));if(e!==this.looked)return;this.given=s.flatMap(({answers:i},o)=>i.map(n=>({entry:t[o],answer:n}))).sort((i,o)=>o.answer.answered_at.localeCompare(i.answer.answered_at)),this.unread=void 0}catch(s){e===this.looked&&(this.unread=g(s,this.words))}}async takeBack(e,t){this.busy=!0,this.failed=void 0;try{this.told=this.outcome(await this.api.reconsider(e,t.answer_id))}catch(s){this.failed=g(s,this.words)}await this.look(),this.busy=!1}outcome({asked_again:e,brought_back:t,hindered:s}){const{t:i}=this.words,o=[];e>0&&o.push(i("asked_again",{count:e})),t>0&&o.push(i("brought_back",{count:t}));for(const n of new Set(s.map(a=>a.reason))){const a=s.filter(p=>p.reason===n).length,c=n==="moved_on"?"restored_moved_on":Jo.has(n)?`stays_${n}`:"stays";o.push(i(c,{count:a}))}return o}};x.styles=[O,v`
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
    `];D([d({attribute:!1})],x.prototype,"api",2);D([d({attribute:!1})],x.prototype,"overview",2);D([d({attribute:!1})],x.prototype,"words",2);D([h()],x.prototype,"given",2);D([h()],x.prototype,"told",2);D([h()],x.prototype,"failed",2);D([h()],x.prototype,"unread",2);D([h()],x.prototype,"busy",2);x=D([y("isp-answers")],x);function Ct(e){const t=e?.accounts.filter(s=>s.loaded).map(s=>s.entry_id);return JSON.stringify([t,e?.holds.map(s=>[s.hold_id,s.revision,s.count])])}var Qo=Object.defineProperty,Zo=Object.getOwnPropertyDescriptor,q=(e,t,s,i)=>{for(var o=i>1?void 0:i?Zo(t,s):t,n=e.length-1,a;n>=0;n--)(a=e[n])&&(o=(i?a(t,s,o):a(o))||o);return i&&o&&Qo(t,s,o),o};const tn=["approve","leave","undo"];let C=class extends R{constructor(){super(...arguments),this.selected=0,this.whole=!1,this.busy=!1,this.narrow=!1,this.unfolded=!1}willUpdate(e){const t=e.get("hold");t!==void 0&&t.hold_id!==this.hold.hold_id&&(this.unfolded=!1)}render(){const{t:e}=this.words,t=this.selected===0?e("answer_none"):e("answer_some",{count:this.selected}),s=this.whole?e("answer_all",{count:this.hold.count}):t,i=this.narrow&&!this.unfolded;return r`<div class="row">
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
      ${i?l:r`<div class="three">${tn.map(o=>this.button(o))}</div>`}`}button(e){const{answers:t,kind:s}=this.hold;if(!t[e])return l;const i=e===en(s);return r`<button
      type="button"
      class="answer ${i?"deletes":""}"
      data-answer=${e}
      aria-disabled=${this.ready?"false":"true"}
      @click=${()=>this.answer(e)}
    >
      <span class="icon">${f(i?It:e==="leave"?ut:ft)}</span>
      <span><b>${t[e]}</b><small>${this.words.meaning(s,e)}</small></span>
    </button>`}get ready(){return!this.busy&&(this.whole||this.selected>0)}answer(e){this.ready&&(this.unfolded=!1,this.narrow&&this.shadowRoot?.querySelector(".toggle")?.focus(),this.dispatchEvent(new CustomEvent("answer",{detail:e})))}};C.styles=[O,v`
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
      .deletes .icon {
        color: var(--isp-bad);
      }
    `];q([d({attribute:!1})],C.prototype,"hold",2);q([d({attribute:!1})],C.prototype,"words",2);q([d({type:Number})],C.prototype,"selected",2);q([d({type:Boolean})],C.prototype,"whole",2);q([d({type:Boolean})],C.prototype,"busy",2);q([d({type:Boolean})],C.prototype,"narrow",2);q([h()],C.prototype,"unfolded",2);C=q([y("isp-decision")],C);function en(e){return e==="restored_in_bulk"?"undo":"approve"}const sn=500;class on{constructor(t){this.host=t,this.grid=[],this.loading=!1,this.next=null,this.there=new Set,this.asked=0}get more(){return this.next!==null||this.unseen}get unseen(){return this.failed!==void 0&&this.there.size===0}get items(){return this.there}begin(t){this.asked++,this.grid=[],this.there=new Set,this.next=null,this.loading=!1,this.failed=void 0,t!==void 0&&this.page(t)}async page(t){return this.loading?!1:await this.fetching(async s=>{const i=await this.host.api.heldItems(t,Pt(this.next));s()&&(this.keep(t,i.items.filter(o=>o.revision<=t.revision&&!this.there.has(o.item))),this.next=i.next)})}async all(t){for(;this.more;)if(!await this.page(t))return!1;return!0}async again(t){const s=this.there.size;return this.asked++,await this.fetching(async i=>{const o=[];let n=null;do{const a=await this.host.api.heldItems(t,Pt(n));if(!i())return;o.push(...a.items.filter(c=>c.revision<=t.revision)),n=a.next}while(n!==null&&o.length<Math.max(s,1));this.grid=[],this.there=new Set,this.keep(t,o),this.next=n})}async fetching(t){const s=this.asked,i=()=>s===this.asked;this.loading=!0,this.host.requestUpdate();try{return await t(i),i()&&(this.failed=void 0),i()}catch(o){return i()&&(this.failed=g(o,this.host.words)),!1}finally{i()&&(this.loading=!1),this.host.requestUpdate()}}keep(t,s){const{words:i}=this.host,o=s.map(n=>({key:n.item,picture:B(t.entry_id,"held",n.item),title:n.path??i.t("no_file"),note:[Bt(n.folder??""),n.size===null?null:i.bytes(n.size)].filter(a=>a).join(" · "),video:n.is_video}));this.grid=[...this.grid,...o];for(const n of s)this.there.add(n.item)}}function Pt(e){return{limit:sn,...e===null?{}:{after:e}}}var nn=Object.defineProperty,rn=Object.getOwnPropertyDescriptor,G=(e,t,s,i)=>{for(var o=i>1?void 0:i?rn(t,s):t,n=e.length-1,a;n>=0;n--)(a=e[n])&&(o=(i?a(t,s,o):a(o))||o);return i&&o&&nn(t,s,o),o};let T=class extends _{constructor(){super(...arguments),this.selection=new Set,this.whole=!1,this.offered=!1,this.photos=new on(this),this.focused=!1,this.selectAll=async()=>{this.shown!==void 0&&await this.photos.all(this.shown)&&this.choose(new Set(this.photos.items),!0)},this.selectNone=()=>this.choose(new Set)}willUpdate(e){if(super.willUpdate(e),this.focused=(this.shadowRoot?.activeElement??null)!==null,e.has("query")||e.has("api")){const t=this.wanted();(e.has("api")||t?.hold_id!==this.shown?.hold_id)&&this.show(t),this.offered=!1}else if(e.has("overview")){const t=n=>n.holds.find(a=>a.hold_id===this.shown?.hold_id),s=t(this.overview),i=t(e.get("overview"))?.count??0,o=this.overview.accounts.find(n=>n.entry_id===this.shown?.entry_id);this.shown&&s===void 0&&o?.loaded!==!1?this.gone(this.shown):this.shown&&s&&s.count<Math.max(i,this.shown.count)?this.fewer(s):this.shown&&s&&this.photos.failed&&!this.photos.loading?this.again():!this.shown&&!this.offered&&this.show(this.wanted())}this.offered||=this.overview.holds.length>0}updated(){if(!this.focused||this.shadowRoot?.activeElement)return;const e=this.shadowRoot?.querySelector("h2");e?.setAttribute("tabindex","-1"),e?.focus()}wanted(){const{holds:e}=this.overview,t=this.query.question;return t===void 0&&e.length===1?e[0]:e.find(s=>s.hold_id===t)}render(){const{words:e}=this,t=r`<div role="status">
      ${this.told?r`<p class="notice done">${this.told}</p>`:l}
    </div>`;if(this.shown===void 0){const{holds:s}=this.overview;return r`<div class="all">
        ${t}${s.length===0?r`<div class="card"><h2>${e.t("nothing_to_decide")}</h2><p>${e.t("nothing_to_decide_why")}</p></div>`:r`<h2>${e.t("questions",{count:s.length})}</h2>
              <div class="choices">${j(s,i=>i.hold_id,i=>this.choice(i))}</div>`}
        <isp-answers .api=${this.api} .overview=${this.overview} .words=${e}></isp-answers>
      </div>`}return r`<div class="all">${t} ${this.question(this.shown)}</div>`}choice(e){return r`<button type="button" class="choice" @click=${()=>{rt(this,"review",{entry:e.entry_id,question:e.hold_id}),this.show(e)}}>
      <span class="grow">${e.question}<br /><span class="soft">${this.words.ago(e.asked_at)}</span></span>
      <span class="icon chevron">${f(Lt)}</span>
    </button>`}question(e){const{words:t,selection:s}=this,{t:i}=t,o=this.overview.holds.find(u=>u.hold_id===e.hold_id),n=o!==void 0&&(o.joined_revision??o.revision)>e.revision,a=t.about(e.kind,{count:e.count,folders:e.folders.join(", ")}),c=this.overview.holds.length>1,p=this.failed??this.photos.failed;return r`
      ${c?r`<div><button type="button" @click=${()=>{rt(this,"review"),this.show(void 0)}}>${i("all_questions")}</button></div>`:l}
      <h2>${e.question}</h2>
      ${a.map(u=>r`<p>${u}</p>`)}
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
        @selected=${u=>this.choose(u.detail)}
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
              @answer=${u=>{this.answer(e,u.detail)}}
            ></isp-decision>`:r`<p class="soft">${i("admins_decide")}</p>`}
      </div>
    `}choose(e,t=!1){this.selection=e,this.whole=t}show(e,t=!0){this.shown=e,this.failed=void 0,this.told=void 0,this.choose(new Set,t),this.photos.begin(e)}gone(e){const t=this.finished===e.hold_id?this.told:this.words.t("question_gone");this.show(void 0),this.answering===void 0&&(this.told=t)}fewer(e){const t=this.shown;this.shown={...t,count:Math.min(t.count,e.count),question:e.question},this.again()}async again(){const e=this.shown;if(!await this.photos.again(e))return;const{items:t,more:s}=this.photos,i=this.overview.holds.find(o=>o.hold_id===e.hold_id);if(t.size===0&&i!==void 0&&i.revision>e.revision){const{told:o}=this;this.show(i,!1),this.told=o;return}s||(this.shown={...e,count:Math.min(e.count,t.size)}),this.choose(new Set([...this.selection].filter(o=>t.has(o))),this.whole)}async answer(e,t){this.answering=t,this.failed=this.told=void 0;try{const{answered:s,left:i}=await this.api.answer(e,t,this.whole?void 0:[...this.selection]),{t:o}=this.words;this.told=`${e.answers[t]??""}: ${o("answered",{count:s})} ${i>0?o("left",{count:i}):""}`,i===0&&(this.finished=e.hold_id),this.shown?.hold_id===e.hold_id&&(this.choose(new Set),i>0&&(this.shown={...this.shown,count:Math.min(i,this.shown.count)},await this.again()))}catch(s){this.shown?.hold_id===e.hold_id?this.failed=g(s,this.words):this.told=`${e.question}: ${g(s,this.words)}`}finally{this.answering=void 0}}};T.styles=[O,v`
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
    `];G([h()],T.prototype,"shown",2);G([h()],T.prototype,"selection",2);G([h()],T.prototype,"whole",2);G([h()],T.prototype,"told",2);G([h()],T.prototype,"answering",2);T=G([y("isp-holds")],T);var an=Object.getOwnPropertyDescriptor,ln=(e,t,s,i)=>{for(var o=i>1?void 0:i?an(t,s):t,n=e.length-1,a;n>=0;n--)(a=e[n])&&(o=a(o)||o);return o};const cn=new Set(["ok","empty","resting","outside_window"]),hn=new Set(["problem","failed"]);let pt=class extends _{render(){const{copies:e}=this.overview;return e.length===0?l:r`<section aria-labelledby="copies">
      <h2 id="copies">${this.words.t("copies")}</h2>
      <div class="all">
        ${j(e,t=>`${t.entry_id}-${t.id}`,t=>this.copy(t))}
      </div>
    </section>`}copy(e){const{words:t}=this,{t:s}=t,i=this.overview.accounts.find(n=>n.entry_id===e.entry_id),o=this.overview.accounts.length>1;return r`<div class="card copy">
      <h3><bdi>${e.title}</bdi></h3>
      ${o&&i?r`<p class="soft"><bdi>${i.title}</bdi></p>`:l}
      <p class="row"><span class="dot ${dn(e.state)}"></span>${e.state_text}</p>
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
      ></span>`}};pt.styles=[O,v`
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
    `];pt=ln([y("isp-copies")],pt);function dn(e){return cn.has(e)?"good":hn.has(e)?"bad":e==="unknown"||e==="none"?"unknown":""}var pn=Object.defineProperty,un=Object.getOwnPropertyDescriptor,H=(e,t,s,i)=>{for(var o=i>1?void 0:i?un(t,s):t,n=e.length-1,a;n>=0;n--)(a=e[n])&&(o=(i?a(t,s,o):a(o))||o);return i&&o&&pn(t,s,o),o};const Et=15;let E=class extends R{constructor(){super(),this.entries=[],this.failed=new Map,this.followed="",this.unsubscribe=[],new wt(this)}connectedCallback(){super.connectedCallback(),this.follow()}disconnectedCallback(){super.disconnectedCallback(),this.leave()}willUpdate(e){(e.has("api")||this.entries.join()!==this.followed)&&this.follow()}render(){const e=[...new Set(this.failed.values())];return r`${e.map(t=>r`<p class="bad" role="alert">${t}</p>`)}${this.list()}`}list(){const{t:e}=this.words;return!this.lines?.length&&this.failed.size>0?l:this.lines===void 0?r`<p class="soft">${e("loading")}</p>`:this.lines.length===0?r`<p class="soft">${e("no_changes")}</p>`:r`<ol>
      ${j(this.lines,t=>`${t.entry}-${t.change.id}`,t=>this.line(t))}
    </ol>`}line({entry:e,change:t}){const{words:s}=this,i=t.why===null?"":s.reason(t.why),o=t.checksum===null?null:B(e,"linked",t.checksum);return r`<li>
      <isp-picture .pictures=${this.pictures} .path=${o} ?video=${t.is_video}></isp-picture>
      <div>
        <span class="what">${s.action(t.action)}</span>${i?r` · ${i}`:l}<br />
        <span class="soft path"
          ><bdi>${t.path}</bdi>${t.path&&t.folder?" · ":l}${t.folder?r`<bdi>${t.folder}</bdi>`:l}</span
        >
      </div>
      <time class="soft" datetime=${t.at} title=${s.moment(t.at)}>${s.ago(t.at)}</time>
    </li>`}follow(){if(!(!this.isConnected||!this.api)){this.leave(),this.followed=this.entries.join(),this.lines=this.lines?.filter(e=>this.entries.includes(e.entry)),this.failed=new Map([...this.failed].filter(([e])=>this.entries.includes(e)));for(const e of this.entries){const t=s=>this.add([{entry:e,change:s}]);this.unsubscribe.push(this.api.newChanges(e,t,()=>{this.load(e)}))}}}leave(){for(const e of this.unsubscribe.splice(0))e();this.followed=""}async load(e){try{const t=await this.api.history(e,{limit:Et});if(!this.entries.includes(e))return;this.failed=new Map([...this.failed].filter(([s])=>s!==e)),this.add(t.entries.map(s=>({entry:e,change:s})))}catch(t){this.entries.includes(e)&&(this.failed=new Map([...this.failed,[e,g(t,this.words)]]))}}add(e){const t=new Map([...this.lines??[],...e].map(i=>[`${i.entry}-${i.change.id}`,i])),s=(i,o)=>o.change.at.localeCompare(i.change.at)||fn(o,i);this.lines=[...t.values()].sort(s).slice(0,Et)}};E.styles=[O,v`
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
    `];H([d({attribute:!1})],E.prototype,"api",2);H([d({attribute:!1})],E.prototype,"words",2);H([d({attribute:!1})],E.prototype,"pictures",2);H([d({attribute:!1})],E.prototype,"entries",2);H([h()],E.prototype,"lines",2);H([h()],E.prototype,"failed",2);E=H([y("isp-timeline")],E);function fn(e,t){return Number(e.change.id)-Number(t.change.id)}var wn=Object.defineProperty,vn=Object.getOwnPropertyDescriptor,Kt=(e,t,s,i)=>{for(var o=i>1?void 0:i?vn(t,s):t,n=e.length-1,a;n>=0;n--)(a=e[n])&&(o=(i?a(t,s,o):a(o))||o);return i&&o&&wn(t,s,o),o};const gn={nothing:ut,upload:ne,delete:It,decide:Rt,wait:oe,repair:ie},st=6;let Z=class extends _{render(){const{overview:e,words:t}=this,{t:s}=t;return r`<div class="all">
      ${this.failed?r`<p class="notice error" role="alert">${this.failed}</p>`:l}
      ${e.holds.map(i=>this.question(i))}
      ${e.accounts.filter(i=>i.problem!==null).map(i=>r`<p class="notice error"><span><b><bdi>${i.title}</bdi></b>: ${i.problem}</span></p>`)}
      ${e.folders.length===0&&e.accounts.some(i=>i.loaded)?r`<div class="card"><h2>${s("no_folders")}</h2><p>${s("no_folders_do")}</p></div>`:l}
      <div class="folders">
        ${j(e.folders,i=>i.folder_id,i=>this.folder(i))}
      </div>
      <isp-copies .overview=${e} .words=${t}></isp-copies>
      ${this.lastChanges()}
    </div>`}lastChanges(){const e=this.overview.accounts.filter(t=>t.loaded).map(t=>t.entry_id);return e.length===0?l:r`<section class="card" aria-labelledby="changes">
      <h2 id="changes">${this.words.t("last_changes")}</h2>
      <isp-timeline .api=${this.api} .words=${this.words} .pictures=${this.pictures} .entries=${e}></isp-timeline>
    </section>`}question(e){return r`<button type="button" class="ask" @click=${()=>rt(this,"review",{question:e.hold_id})}>
      <span class="icon">${f(Rt)}</span>
      <span class="grow"
        >${e.question}<br /><span class="soft">${this.words.t("look_and_decide")}</span></span
      >
      <span class="icon chevron">${f(Lt)}</span>
    </button>`}folder(e){const{words:t}=this,{t:s}=t,i=this.overview.accounts.length>1;return r`<section class="card folder" aria-label=${e.label}>
      <div class="row">
        <h2 class="grow"><bdi>${e.label}</bdi></h2>
        <span class="state"><span class="dot ${se(e.state??"")}"></span>${t.state(e.state)}</span>
      </div>
      ${i?r`<p class="soft">${e.account}</p>`:l}
      <p class="next ${e.next.kind}">
        <span class="icon">${f(gn[e.next.kind])}</span><span>${e.next.text}</span>
      </p>
      ${e.problem&&e.problem.message!==e.next.text?r`<p class="bad">${e.problem.message}</p>`:l}
      ${this.agreement(e)} ${this.step(e)} ${this.uploads(e)}
      ${e.device===null||e.completion===null&&mn(e,e.device)?l:r`<p class="soft">
            <span class="icon">${f(re)}</span>
            ${e.completion===null?s("device_unknown",{device:e.device}):e.completion>=100?s("device_complete",{device:e.device}):s("device_part",{device:e.device,percent:t.percent(Math.floor(e.completion))})}
          </p>`}
      <p class="soft">
        ${e.last_success===null?s("never_looked"):s("looked",{ago:t.ago(e.last_success)})}
        · ${t.preset(e.preset)}
      </p>
      ${this.overview.may_decide?this.buttons(e):l}
    </section>`}agreement(e){const{counts:t}=e;if(t===null)return l;const{words:s}=this,{t:i}=s,{files:o}=t,n={...t,linked:Math.max(0,t.linked-t.held)},a=["linked","kept","to_upload","held","failed","unresolved"].filter(b=>n[b]>0),c=Math.max(o,n.linked+n.kept+n.held),p=Math.min(c,n.linked+n.kept),S=p===c?100:Math.min(99,Math.floor(100*p/c)),u=i("agree",{percent:s.percent(S)});return r`<div>
      <p class="row">
        <b class="grow">${u}</b><span class="soft">${i("files",{count:o})}, ${s.bytes(t.bytes)}</span>
      </p>
      <div class="agreement" role="img" aria-label=${u}>
        ${a.map(b=>r`<span class=${b} style="flex:${n[b]} 1 0"></span>`)}
      </div>
      <ul class="row legend">
        ${a.map(b=>r`<li class="row">
              <span class="key ${b}"></span>${s.number(n[b])} ${i(`count_${b}`)}
            </li>`)}
        ${t.released>0?r`<li>${s.number(t.released)} ${i("count_released")}</li>`:l}
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
        ${j(t.slice(0,st),i=>i.path,i=>{const o=i.size===0?100:Math.min(100,100*i.sent/i.size),n=i.checksum===null?null:B(e.entry_id,"linked",i.checksum);return r`<li class="sending">
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
    </div>`}buttons(e){const{t}=this.words,s=this.busy===e.folder_id,[i,o,n]=e.paused?["resume",t("resume"),qt]:["pause",t("pause"),ae];return r`<div class="row">
      <button type="button" ?disabled=${s||e.paused} @click=${()=>this.control(e,"sync_now")}>
        <span class="icon">${f(Ut)}</span>${t("sync_now")}
      </button>
      <button type="button" ?disabled=${s} @click=${()=>this.control(e,i)}>
        <span class="icon">${f(n)}</span>${o}
      </button>
    </div>`}async control(e,t){this.busy=e.folder_id,this.failed=void 0;try{await this.api.control(e,t)}catch(s){this.failed=g(s,this.words)}finally{this.busy=void 0}}};Z.styles=[O,v`
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
      .dot.good {
        background: var(--isp-good);
      }
      .dot.asks {
        background: var(--isp-warn);
      }
      .dot.rests {
        background: var(--isp-soft);
      }
      .dot.bad {
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
    `];Kt([h()],Z.prototype,"busy",2);Z=Kt([y("isp-overview")],Z);function mn(e,t){return e.devices.some(s=>s.name===t&&s.connected)}var bn=Object.defineProperty,yn=Object.getOwnPropertyDescriptor,Y=(e,t,s,i)=>{for(var o=i>1?void 0:i?yn(t,s):t,n=e.length-1,a;n>=0;n--)(a=e[n])&&(o=(i?a(t,s,o):a(o))||o);return i&&o&&bn(t,s,o),o};const Mt=["ask","delete_file","trash_asset","free_file","replace_asset","stack_asset","upload"],_n=12,$n=200;let L=class extends _{constructor(){super(...arguments),this.loading=!1,this.whole=new Set,this.asked=0}willUpdate(e){const{failed:t}=this;super.willUpdate(e);const s=t!==this.failed,i=this.kept=this.folder;(e.has("api")||s||i?.folder_id!==this.shown)&&(this.shown=i?.folder_id,this.preview=void 0,i&&this.look(i))}render(){const{words:e,folder:t}=this,{t:s}=e;if(t===void 0)return r`<p class="soft">${s("no_folders")}</p>`;const{folders:i}=this.overview,o=i.map(n=>[n.folder_id,n.label]);return r`<div class="all">
      <p class="soft">${s("preview_intro")}</p>
      <div class="fields">
        ${i.length>1?K(s("folder"),o,t.folder_id,n=>this.chosen=n):r`<h2 class="grow"><bdi>${t.label}</bdi></h2>`}
        <button type="button" ?disabled=${this.loading} @click=${()=>{this.look(t)}}>
          <span class="icon">${f(Ut)}</span>${s("preview_again")}
        </button>
      </div>
      <div role="status">${this.loading?r`<p class="soft">${s("preview_looking")}</p>`:l}</div>
      ${this.failed?r`<p class="notice error" role="alert">${this.failed}</p>`:l}
      ${this.preview?this.told(t,this.preview):l}
    </div>`}get folder(){const{accounts:e,folders:t}=this.overview,{kept:s}=this,i=t.find(o=>o.folder_id===(this.chosen??s?.folder_id));return i||(s&&e.some(o=>o.entry_id===s.entry_id&&!o.loaded)?s:t.find(o=>o.entry_id===this.query.config_entry)??t[0])}told(e,t){const{words:s}=this,{t:i}=s,o=[...t.groups].sort((n,a)=>At(n)-At(a));return r`
      ${t.problem?r`<p class="notice error">${t.problem}</p>`:l}
      ${this.overview.stopped?r`<p class="notice">${i("stopped")}</p>`:e.paused?r`<p class="notice">${i("preview_paused")}</p>`:l}
      ${t.waiting>0?r`<p class="notice">${i("preview_waiting",{count:t.waiting})}</p>`:l}
      ${o.length===0&&t.waiting===0&&!t.problem?r`<div class="card"><h2>${i("preview_nothing")}</h2></div>`:l}
      ${o.map(n=>this.group(e,t,n))}
    `}group(e,t,s){const{words:i}=this,{t:o}=i,n=Yt(s),a=`${s.action} ${s.reason??""}`,c=s.count??s.items.length,p=s.count===null&&c>=$n,S=this.whole.has(a)?s.items:s.items.slice(0,_n),u=s.reason===null?"":i.reason(s.reason);return r`<section class="card group ${n==="delete_file"||n==="trash_asset"||n==="free_file"?"away":""}" aria-label=${o(`plan_${n}`)}>
      <div class="row">
        <span class="count">${i.number(c)}${p?"+":l}</span>
        <div class="grow">
          <h2>${o(`plan_${n}`)}</h2>
          <span class="soft"
            >${u}${n==="upload"&&t.upload_bytes>0?r`${u?" · ":l}${i.bytes(t.upload_bytes)}`:l}</span
          >
        </div>
      </div>
      <ul class="photos">
        ${S.map(z=>r`<li>
              <isp-picture
                .pictures=${this.pictures}
                .path=${z.checksum?B(e.entry_id,"linked",z.checksum):null}
                ?video=${z.is_video}
              ></isp-picture>
              <bdi class="soft" title=${z.path}>${Vt(z.path)}</bdi>
            </li>`)}
      </ul>
      ${S.length<s.items.length?r`<div>
            <button type="button" @click=${()=>this.whole=new Set([...this.whole,a])}>
              ${o("preview_more",{count:s.items.length})}
            </button>
          </div>`:c>s.items.length&&s.items.length>0?r`<p class="soft">${o("preview_first",{count:s.items.length})}</p>`:l}
    </section>`}async look(e){const t=++this.asked;this.loading=!0,this.failed=void 0;try{const s=await this.api.preview(e.entry_id,e.folder_id);if(t!==this.asked)return;this.preview=s,this.whole=new Set}catch(s){t===this.asked&&(this.failed=g(s,this.words))}finally{t===this.asked&&(this.loading=!1)}}};L.styles=[O,gt,v`
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
    `];Y([h()],L.prototype,"chosen",2);Y([h()],L.prototype,"preview",2);Y([h()],L.prototype,"loading",2);Y([h()],L.prototype,"whole",2);L=Y([y("isp-preview")],L);function Yt(e){return e.action.startsWith("ask_")?"ask":e.action}function At(e){const t=Mt.indexOf(Yt(e));return t<0?Mt.length:t}const kn=new Set(["already_there","under_way","no_bytes","no_place","excluded","locked","its_photo"]);function xn(e,t){const{t:s}=e,i=[];t.back>0&&i.push(s("restored_back",{count:t.back}));const o=Object.entries(t.failures),n=t.under_way-o.reduce((a,[,c])=>a+c,0);n>0&&i.push(s("restored_under_way",{count:n}));for(const[a,c]of o)i.push(s("restored_failed",{count:c,reason:e.problem(a)}));for(const{folder:a,reason:c}of t.waiting){const p=c==="paused"?e.state(c):e.waitReason(c);i.push(s("restored_waits",{folder:a??"",reason:p}))}t.moved_on>0&&i.push(s("restored_moved_on",{count:t.moved_on}));for(const[a,c]of Object.entries(t.hindrances))a==="no_bytes"&&t.problem!==null?i.push(s("stays_problem",{count:c,reason:e.problem(t.problem)})):i.push(kn.has(a)?s(`stays_${a}`,{count:c}):s("stays",{count:c}));return t.complete||i.push(s("restored_goes_on")),i.length?i:[s("restored_nothing")]}var On=Object.defineProperty,Sn=Object.getOwnPropertyDescriptor,m=(e,t,s,i)=>{for(var o=i>1?void 0:i?Sn(t,s):t,n=e.length-1,a;n>=0;n--)(a=e[n])&&(o=(i?a(t,s,o):a(o))||o);return i&&o&&On(t,s,o),o};const Dt=200,it=1e4,zn=300,Cn=2e3;let w=class extends vt{constructor(){super(...arguments),this.text="",this.month="",this.months=[],this.entries=[],this.next=null,this.loading=!1,this.looking=!1,this.selection=new Set,this.restoring=!1,this.told=[],this.grid=[],this.asked=0,this.renewing=!1,this.typed=new ct(zn),this.soon=new ct(Cn),this.selectAll=async()=>{for(;this.next!==null;)if(!await this.page())return;this.selection=new Set(this.entries.map(ot))},this.selectNone=()=>{this.selection=new Set}}connectedCallback(){super.connectedCallback(),this.looking&&this.soon.run(()=>{this.again()})}disconnectedCallback(){super.disconnectedCallback(),this.typed.stop(),this.soon.stop()}willUpdate(e){super.willUpdate(e),this.follow(),e.has("overview")&&this.unread!==void 0&&!this.loading&&!this.renewing&&this.again()}begins(){this.month="",this.told=[],this.begin()}about(){const{words:e,selection:t,total:s}=this,{t:i}=e,o=!this.loading&&!this.looking&&!this.unread&&this.entries.length===0;return r`<div class="all">
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
              <span class="icon">${f(ft)}</span>
              ${this.restoring?e("vault_restoring"):t===0?e("vault_restore_none"):e("vault_restore",{count:t})}
            </button>
            ${t>it?r`<span class="soft">${e("vault_at_most",{count:it})}</span>`:l}
          </div>`:r`<p class="soft">${e("vault_admins")}</p>`}
    </div>`}monthOptions(){const{words:e}=this,t=this.months.map(({month:s,count:i})=>[s,`${e.month(`${s}-15T12:00:00Z`)} (${e.number(i)})`]);return[["",e.t("vault_any_month")],...t]}search(e){this.text=e,this.typed.run(()=>this.begin())}look(e){this.month=e,this.begin()}begin(){this.asked++,this.keep([]),this.next=null,this.total=void 0,this.failed=this.unread=void 0,this.loading=!1,this.looking=!1,this.soon.stop(),this.many=void 0,this.selection=new Set,this.shown!==void 0&&this.page()}async page(){const e=this.shown;if(e===void 0||this.loading)return!1;const t=this.asked;this.loading=!0;try{const s=await this.fetch(e,this.next);return t!==this.asked?!1:(this.keep(s.entries,this.grid),this.next=s.next,this.unread=void 0,this.heard(s),!0)}catch(s){return t===this.asked&&(this.unread=g(s,this.words)),!1}finally{t===this.asked&&(this.loading=!1)}}fetch(e,t){return this.api.vault(e,{limit:Dt,...this.text.trim()?{text:this.text.trim()}:{},...this.month?{month:this.month}:{},...t===null?{}:{after:t}})}heard({total:e,months:t,complete:s}){this.total=e??this.total??this.entries.length,t&&!this.month&&(this.months=t),s!==void 0&&(this.looking=!s),s===!1&&this.soon.run(()=>{this.again()})}follow(){const{files:e}=this.overview.copies.find(t=>t.kind==="vault"&&t.entry_id===this.shown)??{};e!==this.many&&(this.many!==void 0&&this.shown!==void 0&&this.soon.run(()=>{this.again()}),this.many=e)}async again(){const e=this.shown;e===void 0||!this.isConnected||(this.renewing=!0,await this.renew(e),this.renewing=!1)}async renew(e){const[t,s]=[this.asked,this.entries],i=new Set(this.selection),o=[];let n,a=null;try{do{const c=await this.fetch(e,a);if(t!==this.asked)return;n??=c,o.push(...c.entries),c.entries.forEach(p=>i.delete(ot(p))),a=c.next}while(n.complete!==!1&&a!==null&&(o.length<s.length||i.size>0))}catch(c){if(t!==this.asked)return;this.looking=!1,this.unread=g(c,this.words);return}if(this.loading||s!==this.entries){this.soon.run(()=>{this.again()});return}this.unread=void 0,this.heard(n),!(this.looking&&s.length>Dt)&&(this.keep(o),this.next=a,!this.looking&&i.size>0&&(this.selection=new Set([...this.selection].filter(c=>!i.has(c)))))}keep(e,t=[]){const{words:s}=this,i=e.map(o=>({key:ot(o),picture:B(this.shown??"","vault",o.checksum),title:o.path,note:`${s.date(o.at)} · ${s.vaultReason(o.reason)}`,video:o.is_video}));this.grid=[...t,...i],this.entries=t.length?[...this.entries,...e]:e}wanted(){return[...new Set([...this.selection].map(e=>e.slice(0,e.indexOf("/"))))]}async restore(){const e=this.shown;if(e===void 0)return;const t=this.asked;this.restoring=!0,this.failed=void 0,this.told=[];try{const s=await this.api.restore(e,this.wanted());e===this.shown&&(this.told=xn(this.words,s)),t===this.asked&&(this.selection=new Set)}catch(s){e===this.shown&&(this.failed=g(s,this.words))}finally{this.restoring=!1}}};w.styles=[O,gt,v`
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
    `];m([h()],w.prototype,"text",2);m([h()],w.prototype,"month",2);m([h()],w.prototype,"months",2);m([h()],w.prototype,"total",2);m([h()],w.prototype,"entries",2);m([h()],w.prototype,"next",2);m([h()],w.prototype,"loading",2);m([h()],w.prototype,"looking",2);m([h()],w.prototype,"selection",2);m([h()],w.prototype,"unread",2);m([h()],w.prototype,"restoring",2);m([h()],w.prototype,"told",2);w=m([y("isp-vault")],w);function ot({checksum:e,folder:t,path:s}){return`${e}/${t??""}/${s}`}var Pn=Object.defineProperty,En=Object.getOwnPropertyDescriptor,I=(e,t,s,i)=>{for(var o=i>1?void 0:i?En(t,s):t,n=e.length-1,a;n>=0;n--)(a=e[n])&&(o=(i?a(t,s,o):a(o))||o);return i&&o&&Pn(t,s,o),o};const nt={overview:e=>r`<isp-overview
    .api=${e.api} .overview=${e.overview} .words=${e.words} .pictures=${e.pictures} .narrow=${e.narrow} .query=${e.query}
  ></isp-overview>`,review:e=>r`<isp-holds
    .api=${e.api} .overview=${e.overview} .words=${e.words} .pictures=${e.pictures} .narrow=${e.narrow} .query=${e.query}
  ></isp-holds>`,vault:e=>r`<isp-vault
    .api=${e.api} .overview=${e.overview} .words=${e.words} .pictures=${e.pictures} .narrow=${e.narrow} .query=${e.query}
  ></isp-vault>`,history:e=>r`<isp-history
    .api=${e.api} .overview=${e.overview} .words=${e.words} .pictures=${e.pictures} .narrow=${e.narrow} .query=${e.query}
  ></isp-history>`,preview:e=>r`<isp-preview
    .api=${e.api} .overview=${e.overview} .words=${e.words} .pictures=${e.pictures} .narrow=${e.narrow} .query=${e.query}
  ></isp-preview>`},Mn="overview",jt="/config/integrations/integration/immich_syncthing",Nt=["location-changed","popstate"];let P=class extends R{constructor(){super(...arguments),this.narrow=!1,this.route={prefix:"",path:""},this.connected=!0,this.pictures=new ue((e,t)=>this.hass.fetchWithAuth(e,t)),this.stammers=!1,this.search="",this.asked={},this.tab=null,this.disconnected=()=>{this.connected=!1},this.moved=()=>this.requestUpdate(),this.navigated=e=>{const{view:t,query:s}=e.detail;this.go(t,s)}}connectedCallback(){super.connectedCallback(),this.addEventListener("navigate",this.navigated);for(const e of Nt)window.addEventListener(e,this.moved);this.follow()}disconnectedCallback(){super.disconnectedCallback(),this.removeEventListener("navigate",this.navigated);for(const e of Nt)window.removeEventListener(e,this.moved);this.leave(),this.pictures.clear()}shouldUpdate(e){const t=e.get("hass");if(e.size>1||!e.has("hass")||!t)return!0;const{hass:s}=this;return t.connection!==s.connection||t.language!==s.language||t.locale!==s.locale||t.dockedSidebar!==s.dockedSidebar||t.themes?.darkMode!==s.themes?.darkMode||this.connected!==s.connection.connected}willUpdate(e){if(!e.has("hass")||!this.hass)return;const t=e.get("hass"),s=t?.connection!==this.hass.connection||t.language!==this.hass.language;(this.unsubscribe===void 0||t!==void 0&&s)&&this.follow(),(this.language!==this.hass.language||t?.locale!==this.hass.locale)&&this.speak(),this.connected=this.hass.connection.connected,this.style.colorScheme=this.hass.themes?.darkMode?"dark":"light"}updated(){const e=this.renderRoot.querySelector("nav [aria-current]");e!==this.tab&&(this.tab=e,e?.scrollIntoView({block:"nearest",inline:"center"}))}render(){const{words:e,overview:t,api:s,pictures:i}=this;if(!e||!s)return r`<header><h1>${this.menu()}</h1></header>`;const o=this.view;return r`
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
      ${f(le)}
    </button>`}settings(e){const t=s=>{Tt(s)&&(s.preventDefault(),bt(jt))};return r`<a class="button" href=${jt} aria-label=${e.t("settings")} @click=${t}>${f(ce)}</a>`}trouble(e){if(!this.connected||this.lost){const t=this.lost&&this.lost.code!=="unknown_command"?g(this.lost,e):e.t("reconnecting");return r`<p class="notice" role="status">${t}</p>`}return this.overview?.stopped?r`<p class="notice error" role="status">${e.t("stopped")}</p>`:l}get view(){const e=this.route.path.split("/")[1]??"";return Object.hasOwn(nt,e)?e:Mn}get query(){const{search:e}=window.location;return e!==this.search&&(this.search=e,this.asked=Object.fromEntries(new URLSearchParams(e))),this.asked}follow(){if(!this.isConnected||!this.hass)return;this.leave();const{connection:e,language:t}=this.hass;(this.made?.connection!==e||this.made.language!==t)&&(this.api=void 0),this.made={connection:e,language:t},this.api??=Q.of(this.hass),this.unsubscribe=this.api.overview(s=>{this.overview=s,this.lost=void 0,this.connected=!0,this.stammers&&this.speak()},s=>this.lost=s),this.hass.connection.addEventListener("disconnected",this.disconnected)}leave(){this.unsubscribe?.(),this.unsubscribe=void 0,this.hass?.connection.removeEventListener("disconnected",this.disconnected)}async speak(){const e=this.language=this.hass.language;this.stammers=!1;const{words:t,whole:s}=await mo(this.hass,Q.of(this.hass));this.language===e&&(this.stammers=!s,(s||this.words?.language!==e)&&(this.words=t))}follows(e,t){if(!Tt(e))return;e.preventDefault();const{config_entry:s}=this.query;this.go(t,s?{config_entry:s}:{})}go(e,t){const s=new URLSearchParams(t).toString();bt(`${this.route.prefix}/${e}${s?`?${s}`:""}`),this.renderRoot.querySelector("main")?.scrollTo({top:0})}};P.styles=[O,v`
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
    `];I([d({attribute:!1})],P.prototype,"hass",2);I([d({type:Boolean})],P.prototype,"narrow",2);I([d({attribute:!1})],P.prototype,"route",2);I([h()],P.prototype,"overview",2);I([h()],P.prototype,"words",2);I([h()],P.prototype,"lost",2);I([h()],P.prototype,"connected",2);P=I([y("immich-syncthing-panel")],P);function Tt(e){return!e.ctrlKey&&!e.metaKey&&!e.shiftKey&&e.button===0}export{P as Panel};
