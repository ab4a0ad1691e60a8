/** Logs a few lines for the test of logging. */
import { getLogger, setUpLogging } from "../../../src/log.ts";

getLogger("http").error("before it is set up");
setUpLogging({ level: "warn", format: "json", secrets: ["open sesame"] });
getLogger("http").info("too low");
getLogger("http").warn("loud {word}", { word: "open sesame" });
