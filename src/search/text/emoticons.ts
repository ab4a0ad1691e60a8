/** Emoticons that are searched for as they are, upper and lower case kept apart. */

/** Common ones in chat. A part of an address (`:/`) or a number in parentheses (`8)`) is none. */
export const EMOTICONS: ReadonlySet<string> = new Set(
  (":) :-) :] :( :-( :[ ;) ;-) :D :-D ;D =D xD XD D: D= :P :-P ;P =P :p :-p ;p =p :O :-O :o :-o :0 :3 ;3 >:3 " +
    "=) =( =] =[ :/ :-/ :\\ :-\\ =/ =\\ :| :-| :* :-* ;* :') :'( ;_; T_T T.T ;-; ;^; ^^ ^_^ ^-^ -_- >_< >.< >< " +
    "o_o O_O o_O O_o o.o O.O o.O O.o u_u U_U v_v x_x X_X :x :X :c :C D; <3 </3 \\o/ o/ \\o o7 O7 :^) :v >:( >:) >:D " +
    "B) B-) R) ;] c: C: (: ): (; :3c owo OwO uwu UwU").split(" "),
);

/** @param repeats whether its last parenthesis may be repeated: `:)))` */
export function isEmoticon(text: string, repeats = true): boolean {
  if (EMOTICONS.has(text)) return true;
  const last = text.at(-1);
  if (!repeats || last !== ")" && last !== "(") return false;
  let end = text.length;
  while (end > 1 && text[end - 2] === last) end--;
  return end < text.length && EMOTICONS.has(text.slice(0, end));
}
