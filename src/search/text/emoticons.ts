/** Emoticons that are searched for as they are, upper and lower case kept apart. */

/** Common ones in chat. A part of an address (`:/`) or a number in parentheses (`8)`) is none. */
const EMOTICONS: ReadonlySet<string> = new Set(
  (":) :-) :] :( :-( :[ ;) ;-) :D :-D ;D =D xD XD D: D= :P :-P ;P =P :p :-p ;p =p :O :-O :o :-o :0 :3 ;3 >:3 " +
    "=) =( =] =[ :/ :-/ :\\ :-\\ =/ =\\ :| :-| :* :-* ;* :') :'( ;_; T_T T.T ;-; ;^; ^^ ^_^ ^-^ -_- >_< >.< >< " +
    "o_o O_O o_O O_o o.o O.O o.O O.o u_u U_U v_v x_x X_X :x :X :c :C D; <3 </3 \\o/ o/ \\o o7 O7 :^) :v >:( >:) >:D " +
    "B) B-) R) ;] c: C: (: ): (; :3c owo OwO uwu UwU").split(" "),
);

export function isEmoticon(text: string): boolean {
  return EMOTICONS.has(text);
}
