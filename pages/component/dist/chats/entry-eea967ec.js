export { chats as default } from "../../../bundle/main-7NEWVFZ4.js";
