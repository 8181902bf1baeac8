export { chats as default } from "../../../bundle/main-PWGY7I7U.js";
