<?php
// PHP's own server: files as they are, all else through WordPress.
$root = $_SERVER['DOCUMENT_ROOT'];
$path = $root . parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
if (is_file($path) || ($path !== "$root/" && is_file(rtrim($path, '/') . '/index.php'))) {
    return false;
}
$_SERVER['SCRIPT_NAME'] = '/index.php';
chdir($root);
require "$root/index.php";
