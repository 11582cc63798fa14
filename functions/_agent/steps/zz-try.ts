import { startLeader } from './leader.js';
import { runStep } from './run-step.js';
import { clearFamily } from './family.js';
import { execFile } from 'node:child_process';
const env={PATH:process.env.PATH??'',RAIBID_ATTEMPT_ID:'T.1'};
const m:Record<string,number[]>={};
async function time(n:string,f:()=>unknown){const a=performance.now();const r=await f();(m[n]??=[]).push(performance.now()-a);return r as any}
for(let i=0;i<80;i++){
 const l=await time('leader ready',()=>startLeader({argv:['true'],directory:'/tmp',env,lock:null}));
 await time('go+exit',()=>{l.go();return l.exited});
 await time('clear',()=>clearFamily(l.pid,'RAIBID_ATTEMPT_ID=T.1',()=>false)); l.release();
 await time('read',()=>{const r=l.output.read(()=>{});l.output.giveUp();return r}); 
 await time('plain',()=>new Promise(r=>execFile('/bin/true',r)));
 await time('runStep',()=>runStep({step:{command:{argv:['true']},timeoutMs:null},directory:'/tmp',env,onOutput:()=>{}}));
}
for(const [n,t] of Object.entries(m)){t.sort((a,b)=>a-b);console.log(n.padEnd(14),t[8]!.toFixed(2),t[40]!.toFixed(2),t[72]!.toFixed(2))}
